/**
 * What keys do, a table for each page: `home`, `explore`, … by their addresses, and `all` for every page.
 *
 * A blank parts keys that do the same; "_" is a blank within a key's name.
 * @module
 */

/** @typedef {{ where: string, rows: [keys: string, does: string][] }} Keys */

/** @type {Record<string, Keys[]>} */
export const KEYS = {
  all: [
    {
      where: "On every page",
      rows: [
        ["?", "opens and closes this box"],
        ["P", "projector mode: one thing, large"],
        ["B", "makes a projector’s screen dark, any key light"],
        ["Esc", "leaves the mode"],
        ["Tab", "goes to the next control"],
      ],
    },
  ],
  home: [
    { where: "On the plane", rows: [["← → ↑ ↓", "move the cloud, with Shift finely"]] },
    { where: "On the enlarged cloud", rows: [["← → ↑ ↓", "move the draw, with Shift finely"]] },
    {
      where: "On the pad",
      rows: [
        ["← → ↑ ↓", "move the pen"],
        ["Space", "puts it down or lifts it"],
        ["Ctrl+Z", "takes the last stroke back"],
      ],
    },
  ],
  learn: [
    {
      where: "In a lesson",
      rows: [
        ["1 2 3 4", "choose an answer"],
        ["Enter", "makes it happen, then goes on"],
        ["← →", "go through the steps, Page_Up and Page_Down too"],
        ["Space", "plays the steps"],
        ["R", "throws the dice again"],
        ["F", "freezes the noise"],
      ],
    },
    {
      where: "Before a class, in projector mode",
      rows: [
        ["→ Page_Down", "go on: reveal, steps, next question, next lesson"],
        ["← Page_Up", "go back"],
        ["B .", "make the screen dark"],
        ["V", "closes the vote, and does what comes next"],
      ],
    },
    { where: "On a phone in a room", rows: [["1 2 3 4", "choose an answer"]] },
    {
      where: "On a slider",
      rows: [
        ["← →", "move it, with Shift finely"],
        ["Home End", "go to its ends"],
      ],
    },
  ],
  explore: [
    {
      where: "On a slider",
      rows: [
        ["← →", "move it by a little"],
        ["Shift+← Shift+→", "move it finely"],
        ["Page_Up Page_Down", "move it by more"],
        ["Home End", "go to its ends"],
      ],
    },
    { where: "On the plane", rows: [["← → ↑ ↓", "move the code, with Shift finely"]] },
    {
      where: "Anywhere",
      rows: [
        ["R", "makes a random draw"],
        ["Ctrl+Z", "takes the last step back"],
        ["Esc", "stops a search where it is"],
      ],
    },
  ],
  map: [
    {
      where: "On the map",
      rows: [
        ["← → ↑ ↓", "move the cursor, with Shift finely"],
        ["Enter", "pins what lies there"],
        ["N", "goes to the nearest point"],
        ["+ −", "zoom"],
        ["0", "shows everything"],
        ["Esc", "puts the lasso away"],
      ],
    },
    {
      where: "Among the classes",
      rows: [
        ["← →", "go from one to the next"],
        ["Enter", "singles it out, and lets it go"],
        ["Esc", "shows all"],
      ],
    },
    {
      where: "With a mouse or fingers",
      rows: [
        ["Drag", "moves the map"],
        ["Click", "pins"],
        ["Double_click", "zooms in"],
        ["Ctrl+Wheel", "zooms"],
        ["Shift+Drag", "draws a lasso"],
        ["Two_fingers", "move and zoom"],
      ],
    },
  ],
  interpolate: [
    {
      where: "On the slider",
      rows: [
        ["← →", "move along the path, with Shift finely"],
        ["Page_Up Page_Down", "go from picture to picture"],
        ["Home End", "go to the ends"],
        ["Space", "plays"],
      ],
    },
    {
      where: "On an anchor",
      rows: [
        ["Enter", "goes there"],
        ["← →", "move it in the row"],
        ["Delete", "removes it"],
      ],
    },
    {
      where: "On the map",
      rows: [
        ["← → ↑ ↓", "move a cursor"],
        ["Enter", "adds an anchor"],
      ],
    },
    { where: "Anywhere", rows: [["Ctrl+Z", "takes the last step back"]] },
  ],
  restore: [
    {
      where: "On the slider",
      rows: [
        ["← →", "move it by a hundredth"],
        ["Page_Up Page_Down", "move it by a tenth"],
        ["Home End", "go to its ends"],
      ],
    },
    { where: "On the slider beneath the picture", rows: [["← →", "move the line between before and after"]] },
    {
      where: "On a corrupted picture, with the brush",
      rows: [
        ["← → ↑ ↓", "move the brush"],
        ["Space", "puts it down or lifts it"],
      ],
    },
    {
      where: "On a series",
      rows: [
        ["← →", "read it sample by sample, with Shift ten at a time"],
        ["Space", "marks a gap, with the brush"],
        ["Page_Up Page_Down", "move a gap’s edge by ten samples"],
        ["Delete", "takes a gap away"],
      ],
    },
    {
      where: "On the curve over the amount",
      rows: [
        ["← →", "read it"],
        ["Enter", "sets that amount"],
      ],
    },
    {
      where: "Anywhere",
      rows: [
        ["R", "draws new noise"],
        ["Ctrl+Z", "takes the last step back"],
      ],
    },
  ],
  detect: [
    {
      where: "On the threshold",
      rows: [
        ["← →", "move it"],
        ["Page_Up Page_Down", "move it in larger steps"],
        ["Home End", "go to its ends"],
      ],
    },
    {
      where: "In a row of pictures",
      rows: [
        ["← →", "go along it"],
        ["Enter", "shows one large"],
      ],
    },
    { where: "On a series that is shown large", rows: [["← →", "read it sample by sample, with Shift ten at a time"]] },
  ],
  compare: [
    {
      where: "On a map",
      rows: [
        ["← → ↑ ↓", "move the hand on all maps, with Shift in small steps"],
        ["Esc", "takes back what stands out"],
      ],
    },
  ],
  train: [
    {
      where: "On a run’s time",
      rows: [
        ["← →", "go from moment to moment"],
        [", .", "go from moment to moment, on the map, too"],
        ["Home End", "go to the first moment and to the newest"],
        ["Space", "plays"],
      ],
    },
    { where: "On the map", rows: [["Esc", "lets go of the point that is followed"]] },
  ],
};
