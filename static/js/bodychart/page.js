// The page's own parts, for every module of the body chart.
export const $ = (query, within = document) => within.querySelector(query);
export const $$ = (query, within = document) => [...within.querySelectorAll(query)];

export const form = $("#session-form");
export const table = $("#sites tbody");
export const editor = $("#site-editor");
export const words = $("#chart-words").dataset;
export const SIZE = {
  head_front: [400, 500], head_back: [400, 500], head_left: [400, 500], head_right: [400, 500], body_front: [500, 1000], body_back: [500, 1000],
};

export const say = (text, values) => Object.entries(values).reduce((said, [name, word]) => said.replace(`{${name}}`, word), text);
export const svgOf = (figure) => $(`svg[data-figure="${figure}"]`);
export const markOf = (key) => $(`.mark[data-mark="${CSS.escape(key)}"]`);
