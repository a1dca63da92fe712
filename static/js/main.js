// Comfort for pages that all work without it.  Each module looks for its own marks in the
// page and does nothing where there are none.

import { watchConditions } from "./conditions.js";
import { openDialogs } from "./dialogs.js";
import { leadToFields } from "./errors.js";
import { followAfter } from "./follow.js";
import { followKeys } from "./keys.js";
import { keepUpToDate } from "./live.js";
import { checkNames } from "./names.js";
import { sendOnce } from "./once.js";
import { narrowLists } from "./pick.js";
import { printPages } from "./print.js";
import { followTurn } from "./ticket.js";
import { addUp } from "./total.js";
import { showProgress } from "./upload.js";

function start(root) {
  watchConditions(root);
  narrowLists(root);
  openDialogs(root);
  leadToFields(root);
  checkNames(root);
  sendOnce(root);
  showProgress(root, start);
  addUp(root);
  followAfter(root);
  printPages(root);
  followTurn(root);
  followKeys(root);
  keepUpToDate(root, start);
  root.querySelector("[data-focus]")?.focus();
}

start(document);
