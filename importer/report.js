(function () {
  "use strict";
  var compare = new Intl.Collator("de", { numeric: true }).compare;
  // A document is a body of its own: its lines stay together.
  function value(body, column) {
    var cell = body.rows[0].cells[column];
    return cell.dataset.sort || cell.textContent.trim();
  }
  document.querySelectorAll("table.documents").forEach(function (table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    table.classList.add("sorting");
    heads.forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (other) { other.setAttribute("aria-sort", "none"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.from(table.tBodies).sort(function (a, b) {
          var order = compare(value(a, column), value(b, column));
          return down ? -order : order;
        }).forEach(function (body) { table.appendChild(body); });
      });
    });
  });
  var filter = document.querySelector(".filter");
  var choices = Array.from(filter.querySelectorAll("input"));
  function show() {
    var asks = choices.find(function (choice) { return choice.checked; }).value;
    document.querySelectorAll("table.documents").forEach(function (table) {
      var any = false;
      Array.from(table.tBodies).forEach(function (body) {
        body.hidden = asks !== "" && body.dataset.asks !== asks;
        any = any || !body.hidden;
      });
      table.closest("section").hidden = !any;
    });
  }
  filter.hidden = false;
  filter.addEventListener("change", show);
  // A browser may keep what was chosen when the page is opened again.
  show();
  // Whoever follows a link to a document that is not shown wants to see it.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#d']");
    var body = link && document.getElementById(link.hash.slice(1));
    if (body && body.hidden) {
      choices[0].checked = true;
      show();
    }
  });
})();
