// Show the figures of an answer: their chart, with a table beneath; `figure.html` and `qa/answers/charts.py` do this without
// JavaScript.

import { drawn, element, link, webAddress } from "./dom.js";

/**
 * @typedef {import("./answer.js").View} View
 * @typedef {import("./api.d.ts").Chart} Chart
 * @typedef {import("./api.d.ts").Shape} Shape
 */

/**
 * @param {Chart} chart
 * @param {View} view
 * @param {boolean} isComplete
 */
export function chartView(chart, view, isComplete) {
  const { language, direction, title, points, shapes, height } = chart;
  const table = isComplete ? tableViews(chart, view) : [];
  const drawing = drawn(
    "svg",
    { class: "chart", role: "img", direction, width: "100%", height },
    drawn("title", {}, title),
    drawn("desc", {}, points.map(({ label, shown }) => `${label}: ${shown || "–"}`).join("; ")),
    ...shapes.map((shape) => shapeView(shape, direction === "rtl")),
  );
  const folded = element("details", { class: "more" }, element("summary", {}, view.texts.as_table), ...table);
  return element(
    "figure",
    { class: "figure", lang: language, dir: direction },
    element("figcaption", {}, title),
    ...(shapes.length === 0 ? table : [drawing, isComplete && folded]),
  );
}

/**
 * @param {Shape} shape
 * @param {boolean} isMirrored
 */
function shapeView({ tag, look, x, y, x2, y2, text }, isMirrored) {
  const [from, to] = isMirrored ? [100 - x, 100 - x2] : [x, x2];
  const places = {
    line: { x1: `${from}%`, y1: y, x2: `${to}%`, y2 },
    circle: { cx: `${from}%`, cy: y, r: 4 },
    rect: { x: `${Math.min(from, to)}%`, y, width: `${Math.abs(to - from)}%`, height: y2 - y },
    text: { x: `${from}%`, y },
  };
  return drawn(tag, { class: look, ...places[tag] }, text);
}

/**
 * @param {Chart} chart
 * @param {View} view
 */
function tableViews({ title, points, csv_url }, { texts, server }) {
  const rows = points.map(({ label, shown, is_break }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, label),
      element(
        "td",
        {},
        shown ? element("bdi", { dir: "ltr" }, shown) : texts.no_figure,
        is_break && ` (${texts.counted_anew})`,
      ),
    ),
  );
  const table = element("table", {}, element("caption", { class: "unseen" }, title), element("tbody", {}, ...rows));
  return [table, element("p", { class: "ways" }, link(webAddress(csv_url, server), texts.csv, texts.new_tab))];
}
