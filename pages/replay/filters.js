// The pictures of some units' weights in each frame of a reel: blue above 0, orange below.
const GAP = 2 // pixels of a picture between two units
const PLATE = [122, 133, 148, 26] // behind a unit, in light and in dark

export default function ({ parentElement, data }) {
  const box = parentElement.querySelector(".filters")
  const canvas = box.querySelector("canvas")
  const same = box.querySelector("input")
  const rows = Math.ceil(data.units.length / data.columns)
  canvas.width = data.columns * (data.side + GAP) - GAP
  canvas.height = rows * (data.side + GAP) - GAP
  box.packed = data.packed
  unpacked(data.packed).then((bytes) => {
    if (box.packed !== data.packed) return // newer ones are here
    const values = new Int8Array(bytes.buffer)
    const draw = ({ frame }) => show(box, data, values, Math.min(frame, data.scales.length - 1))
    same.onchange = () => follow(box, data.reel, draw)
    follow(box, data.reel, draw)
  })
  canvas.onmousemove = (event) => {
    const place = canvas.getBoundingClientRect()
    const at = (share, count) => Math.min(Math.floor(share * count), count - 1)
    const column = at((event.clientX - place.left) / place.width, data.columns)
    const row = at((event.clientY - place.top) / place.height, rows)
    const unit = data.units[row * data.columns + column]
    canvas.title = unit === undefined ? "" : `Unit 1-${unit}`
  }
}

// A frame's values are shares of its own scale, from -127 to 127.
function show(box, { side, columns, units, scales, colors, alts }, values, frame) {
  const canvas = box.querySelector("canvas")
  const same = box.querySelector("input").checked
  const largest = same ? Math.max(...scales) : scales[frame]
  const strength = largest ? scales[frame] / largest : 0
  const picture = new ImageData(canvas.width, canvas.height)
  const pixels = new Uint32Array(picture.data.buffer)
  const inks = new Map() // value -> its color; there are 255
  const ink = (value) => {
    if (!inks.has(value)) inks.set(value, color((value / 127) * strength, colors))
    return inks.get(value)
  }
  const size = side * side
  units.forEach((_, unit) => {
    const left = (unit % columns) * (side + GAP)
    const top = Math.floor(unit / columns) * (side + GAP)
    const first = (frame * units.length + unit) * size
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        pixels[(top + y) * canvas.width + left + x] = ink(values[first + y * side + x])
  })
  canvas.getContext("2d").putImageData(picture, 0, 0)
  canvas.setAttribute("aria-label", alts[frame])
  const text = largest.toPrecision(2)
  box.querySelector(".low").textContent = `−${text}`
  box.querySelector(".high").textContent = `+${text}`
}

// A share from -1 to 1 as the four bytes of a pixel.
function color(share, [below, above]) {
  const alpha = Math.round(255 * Math.abs(share))
  const rgba = alpha > PLATE[3] ? [...(share < 0 ? below : above), alpha] : PLATE
  return new Uint32Array(new Uint8ClampedArray(rgba).buffer)[0]
}
