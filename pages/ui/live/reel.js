// Frames that move together: all that follows a reel shows the frame that its player chose last.
//
// This stands before the script of each component that plays or follows a reel.
const reels = (window.annLabReels ??= {}) // name -> { frame, playing, ... }
const MOVED = "ann-lab-reel"

function move(reel, change) {
  reels[reel] = { ...reels[reel], ...change }
  dispatchEvent(new CustomEvent(MOVED, { detail: reel }))
}

// Call `draw` with the reel now and whenever it moves, until the box has left the page. The last
// frame is shown until a player says otherwise.
function follow(box, reel, draw) {
  const now = () => draw({ frame: Infinity, playing: false, ...reels[reel] })
  removeEventListener(MOVED, box.follow)
  box.follow = ({ detail }) => {
    if (detail !== reel) return
    if (box.isConnected) now()
    else removeEventListener(MOVED, box.follow)
  }
  addEventListener(MOVED, box.follow)
  now()
}

// The bytes that `reel.pack` in Python has packed.
async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
