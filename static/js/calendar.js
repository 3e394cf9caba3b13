// The calendar by hand: visits are dragged and stretched, a free time is pressed, the sheet stays true while others work.
// All of it can be done without script: by the pages that the visits and the free times lead to.
import { box } from "./calendar/sheet.js";
import "./calendar/live.js";
import "./calendar/drag.js";
import "./calendar/keys.js";
import "./calendar/panel.js";
import "./calendar/book.js";

box.classList.add("can-drag");
document.getElementById("cal-help")?.removeAttribute("hidden");
