// officer.js – keys and ticks in the queue. The list works without it; the keys act only inside
// the list (and "/" outside fields) and can be switched off, as WCAG 2.1.4 asks.
(function () {
  "use strict";

  var KEY = "mot-cua-phim-tat"; // a preference of this device, nothing personal

  function on() {
    try { return localStorage.getItem(KEY) !== "tắt"; } catch (e) { return true; }
  }

  function remember(wanted) {
    try { localStorage.setItem(KEY, wanted ? "bật" : "tắt"); } catch (e) { /* private mode: only for this page */ }
  }

  function rowsOf(table) {
    return Array.from(table.querySelectorAll("tbody tr"));
  }

  function tickOf(row) {
    return row.querySelector(".tick input[type=checkbox]");
  }

  function countTicks(table) {
    var chosen = 0;
    rowsOf(table).forEach(function (row) {
      var tick = tickOf(row);
      row.classList.toggle("sel", Boolean(tick && tick.checked));
      if (tick && tick.checked) chosen += 1;
    });
    document.querySelectorAll("[data-bulk]").forEach(function (bar) {
      bar.hidden = chosen === 0;
      var number = bar.querySelector("[data-bulk-count]");
      if (number) number.textContent = chosen;
    });
    var all = table.querySelector("[data-select-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === rowsOf(table).filter(tickOf).length;
      all.indeterminate = chosen > 0 && !all.checked;
    }
  }

  function go(table, row, step) {
    var rows = rowsOf(table);
    var target = rows[row ? rows.indexOf(row) + step : 0];
    var link = target && target.querySelector("a");
    if (link) { link.focus(); target.scrollIntoView({ block: "nearest" }); }
  }

  function typing(node) {
    return node.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  }

  document.addEventListener("keydown", function (event) {
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    var key = event.key.toLowerCase();
    var search = document.querySelector("input[type=search]");
    if (key === "/" && search) { event.preventDefault(); search.focus(); return; }
    var table = event.target.closest("table[data-queue]");
    if (!table) return;
    var row = event.target.closest("tbody tr");
    if (key === "j" || key === "k") { event.preventDefault(); go(table, row, key === "j" ? 1 : -1); }
    var tick = row && tickOf(row);
    if (key === "x" && tick) { event.preventDefault(); tick.checked = !tick.checked; countTicks(table); }
    var link = row && row.querySelector("a");
    if (key === "enter" && link && event.target.type === "checkbox") { event.preventDefault(); link.click(); }
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-shortcuts]")) { remember(event.target.checked); return; }
    var table = event.target.closest("table[data-queue]");
    if (!table) return;
    if (event.target.matches("[data-select-all]")) {
      rowsOf(table).map(tickOf).filter(Boolean).forEach(function (tick) { tick.checked = event.target.checked; });
    }
    countTicks(table);
  });

  document.querySelectorAll("[data-shortcuts]").forEach(function (box) {
    box.checked = on();
    box.closest("label").hidden = false;
  });
  document.querySelectorAll("table[data-queue]").forEach(countTicks);
})();
