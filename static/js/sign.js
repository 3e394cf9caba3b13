// A signature by hand, kept as its lines in a hidden field: points in the pad's own units, whatever the screen.
// Without this script the pad stays away and the typed name is the signature.
const pad = document.querySelector("[data-pad]");
const kept = document.querySelector("[data-strokes]");
const canvas = pad?.querySelector("canvas");
const pen = canvas?.getContext("2d");

if (pad && kept && pen) {
  const [width, height] = pad.dataset.pad.split(" ").map(Number);
  let strokes = read();
  let drawing = null;

  function read() {
    try {
      return JSON.parse(kept.value || "[]");
    } catch {
      return [];
    }
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    const across = Math.round(((event.clientX - box.left) / box.width) * width);
    const down = Math.round(((event.clientY - box.top) / box.height) * height);
    return [Math.min(Math.max(across, 0), width), Math.min(Math.max(down, 0), height)];
  }

  function draw() {
    const scale = window.devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    pen.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    for (const [first, ...rest] of strokes) {
      pen.beginPath();
      pen.moveTo(...first);
      for (const point of rest.length ? rest : [[first[0] + 1, first[1]]]) pen.lineTo(...point);
      pen.stroke();
    }
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    drawing = [place(event)];
    strokes.push(drawing);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const [x, y] = place(event);
    const [lastX, lastY] = drawing.at(-1);
    if (Math.hypot(x - lastX, y - lastY) < 2) return;
    drawing.push([x, y]);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      drawing = null;
      kept.value = JSON.stringify(strokes);
    });
  }
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    kept.value = "";
    draw();
  });
  window.addEventListener("resize", draw);
  pad.hidden = false;
  draw();
}
