// Tell the server which frame of a reel is shown, once its player rests there.
const RESTS = 400 // milliseconds

export default function ({ parentElement, data, setStateValue }) {
  const box = parentElement.querySelector("div")
  follow(box, data.reel, ({ frame, playing }) => {
    clearTimeout(box.timer)
    if (playing || !Number.isFinite(frame) || frame === box.told) return
    box.timer = setTimeout(() => {
      box.told = frame
      setStateValue("frame", frame)
    }, RESTS)
  })
}
