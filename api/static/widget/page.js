// The way out of the server's own pages, by its link or by Shift three times; without JavaScript the link leads out alone.

import { leaveFor, onThreeShifts } from "./leaving.js";

/** Take along the page that opened this one to show a document. @param {string} address */
function leave(address) {
  try {
    window.opener?.location.replace(address);
  } catch {
    // A page in a frame of another site may not be taken along.
  }
  leaveFor(address);
}

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a.leave"));
  if (!link) return;
  event.preventDefault();
  leave(link.href);
});
const first = /** @type {HTMLAnchorElement} */ (document.querySelector("a.leave"));
onThreeShifts(() => leave(first.href), new AbortController().signal);
