// Leave a page at once, for who must not be seen reading it.

const PRESSES = 3; // of Shift
const SOON = 1000; // milliseconds from one to the next

/**
 * Call back when Shift is pressed three times with no other key between.
 *
 * @param {() => void} leave
 * @param {AbortSignal} signal ends the watch
 */
export function onThreeShifts(leave, signal) {
  let presses = 0;
  let last = 0;
  /** @param {KeyboardEvent} event */
  const count = ({ key, repeat, timeStamp }) => {
    if (repeat) return;
    const before = timeStamp - last < SOON ? presses : 0;
    presses = key === "Shift" ? before + 1 : 0;
    last = timeStamp;
    if (presses === PRESSES) leave();
  };
  document.addEventListener("keydown", count, { signal, capture: true });
}

/** @type {Window[]} pages of documents that were opened from here */
const opened = [];

/**
 * Open the page of a document so that leaving can close it; where the browser does not let it, the link opens its own.
 *
 * @param {MouseEvent} event of its link
 */
export function openViewer(event) {
  const tab = window.open(/** @type {HTMLAnchorElement} */ (event.currentTarget).href);
  if (!tab) return;
  event.preventDefault();
  opened.push(tab);
}

/**
 * Close the pages of documents, blank this page and put another in its place, so that going back does not lead here.
 *
 * @param {string} address
 */
export function leaveFor(address) {
  for (const tab of opened) tab.close();
  document.title = "";
  document.body.hidden = true;
  location.replace(address);
}
