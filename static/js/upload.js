// upload.js – a file goes in pieces when the form says where (data-upload) and the browser can hash:
// what went through stays there when the line is cut, and the next try goes on from that byte.
// Without this script the form is sent whole. The calls are told in portal/documents/README.md.
(function () {
  "use strict";

  if (!window.crypto || !crypto.subtle || !Blob.prototype.arrayBuffer) return;

  var PIECE = 512 * 1024;
  var TRIES = 8;

  function hex(buffer) {
    return Array.from(new Uint8Array(buffer), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  function hashOf(blob) {
    return blob.arrayBuffer().then(function (bytes) { return crypto.subtle.digest("SHA-256", bytes); }).then(hex);
  }

  function wait(ms) {
    return new Promise(function (done) {
      setTimeout(done, ms);
      window.addEventListener("online", done, { once: true });
    });
  }

  function boxesOf(form) {
    return Array.from(form.elements).filter(function (field) {
      return field.type === "file" && !field.disabled && field.files.length && field.dataset.paper;
    });
  }

  function ask(method, address, headers, body, signal) {
    var cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
    if (cookie) headers["X-CSRFToken"] = cookie[1];
    headers.Accept = "application/json";
    var how = { method: method, headers: headers, body: body, signal: signal, credentials: "same-origin" };
    return fetch(address, how).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (told) {
        return { status: answer.status, told: told };
      });
    });
  }

  function refused(answer) {
    var error = new Error(answer.told.detail || "");
    error.isFinal = true;
    error.isAboutFile = answer.status === 413 || answer.status === 422;
    return error;
  }

  // What was announced before the line was cut is remembered, so that even a new page goes on.
  function announce(form, field, file, sum, signal) {
    var key = "tep:" + form.dataset.dossier + ":" + field.name + ":" + sum;
    var known = sessionStorage.getItem(key);
    var fresh = function () {
      var facts = new URLSearchParams({
        dossier: form.dataset.dossier, paper: field.dataset.paper, name: file.name, length: file.size, sha256: sum
      });
      return ask("POST", form.dataset.upload, {}, facts, signal).then(function (answer) {
        if (answer.status !== 201) throw refused(answer);
        sessionStorage.setItem(key, answer.told.id);
        return answer.told;
      });
    };
    if (!known) return fresh();
    return ask("GET", form.dataset.upload + "/" + known, {}, undefined, signal).then(function (answer) {
      return answer.status === 200 ? answer.told : fresh();
    });
  }

  function sendPieces(address, file, offset, tell, signal, failures) {
    tell(offset);
    if (offset >= file.size) return Promise.resolve();
    var piece = file.slice(offset, offset + PIECE);
    return hashOf(piece).then(function (sum) {
      var headers = { "Content-Type": "application/octet-stream", "Upload-Offset": offset, "Piece-Sha256": sum };
      return ask("PUT", address, headers, piece, signal);
    }).then(function (answer) {
      if (answer.status === 200 || (answer.status === 409 && "offset" in answer.told)) {
        return sendPieces(address, file, answer.told.offset, tell, signal, 0);
      }
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 422) throw refused(answer);
      throw new Error("again");
    }).catch(function (error) {
      if (error.isFinal || error.name === "AbortError" || failures >= TRIES) throw error;
      tell(offset, true);
      return wait(Math.min(1000 * Math.pow(2, failures), 15000)).then(function () {
        return sendPieces(address, file, offset, tell, signal, failures + 1);
      });
    });
  }

  // Files the box can never take are held back: one of them does not stop the others, and the
  // page that comes back says why beside the box. A box without `data-held-back` stops at once.
  function choose(field) {
    var files = Array.from(field.files);
    var limits = field.dataset;
    return files.map(function (file) {
      var isHopeless = files.length > limits.room || !file.size || file.size > limits.most;
      return { field: field, file: file, isHeldBack: Boolean(limits.heldBack) && isHopeless };
    });
  }

  // All files, one after the other; gives the numbers the form then sends in their place.
  function sendFiles(form, progress, signal) {
    var all = [].concat.apply([], boxesOf(form).map(choose));
    var total = all.reduce(function (sum, each) { return sum + (each.isHeldBack ? 0 : each.file.size); }, 0);
    var before = 0;
    return all.reduce(function (line, each) {
      if (each.isHeldBack) return line;
      return line.then(function () {
        return hashOf(each.file);
      }).then(function (sum) {
        return announce(form, each.field, each.file, sum, signal);
      }).then(function (told) {
        each.id = told.id;
        return sendPieces(form.dataset.upload + "/" + told.id, each.file, told.offset, function (offset, isWaiting) {
          progress(before + offset, total, isWaiting);
        }, signal, 0);
      }).catch(function (error) {
        if (!error.isAboutFile || !each.field.dataset.heldBack) throw error;
        each.isHeldBack = true;
      }).then(function () { before += each.file.size; });
    }, Promise.resolve()).then(function () { return all; });
  }

  window.portalPieces = { send: sendFiles };
})();
