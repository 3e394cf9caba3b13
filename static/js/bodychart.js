// The body chart and the table of sites are one thing. Everything here can be done in the table without script.
import { $ } from "./bodychart/page.js";
import { placed, value } from "./bodychart/rows.js";
import { totals } from "./bodychart/marks.js";
import { choose } from "./bodychart/chosen.js";
import { beginViews, showView } from "./bodychart/views.js";
import { beginEditor } from "./bodychart/editor.js";
import { addBeside } from "./bodychart/pointing.js";
import "./bodychart/changes.js";
import "./bodychart/keyboard.js";
import "./bodychart/table.js";
import "./bodychart/saving.js";

beginViews();
beginEditor({ addBeside });
const first = placed()[0];
choose(first ?? null);
showView(first ? value(first, "figure") : "head_front");
totals();
if ($("[data-undo]")) for (const button of document.querySelectorAll("[data-undo], [data-redo]")) button.disabled = true;
