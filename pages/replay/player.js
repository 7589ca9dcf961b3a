// Play the frames of a reel: a slider, play and pause, slower and faster, all by keyboard.
const SPEEDS = [0.5, 1, 2, 4, 8] // frames per second
const USUAL = 2

export default function ({ parentElement, data }) {
  const box = parentElement.querySelector(".player")
  const last = data.labels.length - 1
  const known = reels[data.reel]
  box.data = data
  // where the reader is in the same replay stays, also if it has more frames now
  const same = known?.of === data.of
  const frame = same ? Math.min(known.frame, last) : Math.min(data.start, last)
  const playing = same && known.playing
  if (!box.wired) wire(box)
  box.querySelector(".slider").max = last
  ticks(box)
  follow(box, data.reel, (reel) => show(box, reel))
  move(data.reel, { of: data.of, frame, playing, speed: known?.speed ?? USUAL })
  if (playing) schedule(box)
}

function wire(box) {
  box.wired = true
  new ResizeObserver(() => ticks(box)).observe(box)
  const on = (name, what) => box.querySelector(`.${name}`).addEventListener("click", what)
  on("play", () => toggle(box))
  on("back", () => go(box, now(box).frame - 1))
  on("next", () => go(box, now(box).frame + 1))
  on("slower", () => speed(box, -1))
  on("faster", () => speed(box, 1))
  const slider = box.querySelector(".slider")
  slider.addEventListener("input", () => go(box, Number(slider.value)))
  slider.addEventListener("keydown", (event) => {
    if (event.key !== " ") return
    event.preventDefault()
    toggle(box)
  })
}

const now = (box) => reels[box.data.reel]

function go(box, frame) {
  const last = box.data.labels.length - 1
  move(box.data.reel, { frame: Math.max(0, Math.min(frame, last)), playing: false })
}

function toggle(box) {
  const { frame, playing } = now(box)
  const again = !playing && frame >= box.data.labels.length - 1
  move(box.data.reel, { playing: !playing, frame: again ? 0 : frame })
  if (!playing) schedule(box)
}

function speed(box, change) {
  const at = SPEEDS.indexOf(now(box).speed) + change
  move(box.data.reel, { speed: SPEEDS[Math.max(0, Math.min(at, SPEEDS.length - 1))] })
  if (now(box).playing) schedule(box)
}

function schedule(box) {
  clearTimeout(box.timer)
  box.timer = setTimeout(() => {
    if (!box.isConnected || !now(box).playing) return
    const last = box.data.labels.length - 1
    const frame = Math.min(now(box).frame + 1, last)
    move(box.data.reel, { frame, playing: frame < last })
    if (frame < last) schedule(box)
  }, 1000 / now(box).speed)
}

function show(box, { frame, playing, speed }) {
  const k = Math.min(frame, box.data.labels.length - 1)
  const find = (name) => box.querySelector(`.${name}`)
  const text = box.data.texts[k]
  const slider = find("slider")
  slider.value = k
  slider.setAttribute("aria-valuetext", text)
  find("now").textContent = text
  find("now").setAttribute("aria-live", playing ? "off" : "polite")
  find("play").textContent = playing ? "Pause" : "Play"
  find("speed").textContent = `${speed} frames/s`
  find("back").disabled = k === 0
  find("next").disabled = k === box.data.labels.length - 1
  find("slower").disabled = speed === SPEEDS[0]
  find("faster").disabled = speed === SPEEDS.at(-1)
}

// The labels of some frames below the slider, as many as there is room for.
function ticks(box) {
  const { labels } = box.data
  const row = box.querySelector(".ticks")
  const fits = Math.max(2, Math.floor(row.clientWidth / 48) || 7)
  const apart = Math.max(1, Math.ceil((labels.length - 1) / fits))
  const shown = labels.map((label, k) => [label, k]).filter(([, k]) => k % apart === 0)
  row.replaceChildren(
    ...shown.map(([label, k]) => {
      const tick = document.createElement("span")
      tick.textContent = label
      tick.style.left = `${(100 * k) / Math.max(labels.length - 1, 1)}%`
      return tick
    }),
  )
}
