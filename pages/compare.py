"""Compare: models of the same data side by side, under one hand."""

import streamlit as st

from vae.measures.alike import other_nats
from web.opened.explorers import explorer
from web.page import components, parts, state
from web.page.charts import plane
from web.page.images import images_for

TEXTS = (
    (
        "",
        """
Move over one of the maps. Where the hand is on a point, every model shows what it makes of that same test {noun}. Where
it is between points, each decodes the place under it. Draw a loop around some points, and the same {nouns} stand out on
the other maps too.

## What should I look at first?
The {drawns} at the top are each model's own version of the {noun} at the left. The one that keeps more of it has the
smaller error, and pays for it: its code says more. Then look at the maps. Does a class lie together on both? Does the
loop that you drew stay in one piece?
""",
    ),
    (
        "",
        """
## What are rate and distortion?
The **KL** of a code is what it says of its {noun}, in **nats**: the **rate**. The **reconstruction** is what it leaves
out: the **distortion**. Together they are **−ELBO**. A larger **β** buys a smaller rate with a larger distortion. So a
fair comparison looks at both, and not at one of them alone (Alemi and others 2018).

## How good are the draws?
**Random draws** are held against real {nouns} in the features of a small classifier of our own. **Precision** is the
share of draws that look like some {noun} of the data. **Recall** is the share of the data that some draw looks like. A
model that draws one good {noun} again and again has all of the first and nothing of the second. The **Fréchet
distance** weighs both. It is no FID: another classifier gives other numbers, and it compares with none from elsewhere.

## What is the walk into the void?
From the middle of the codes, rays lead outwards. Somewhere on the way the {drawns} stop looking like the data. The
figure says how far that is, in units of how far codes usually lie.

""",
    ),
    (
        "factors",
        """
## What do dimensions tell of the factors?
It is known what these {nouns} were drawn from. A model is **disentangled** as far as each factor has a dimension to
itself. **MIG** is how much more the best dimension tells of a factor than the next. **SAP** asks the same of simple
predictions, and **DCI** how predictions from all dimensions share the work. A place told by two dimensions on slanting
axes counts as none: these figures speak of axes, not of good pictures.
""",
    ),
    (
        "",
        """
## Are small differences real?
Another seed gives a somewhat different model. A difference as large as that between two seeds says nothing.
""",
    ),
)

cards, broken = parts.library()

# Choose.
with st.container(key="compare_bar", horizontal=True, vertical_alignment="center", gap="medium"):
    st.title("Compare", anchor=False, width="content")
    if not cards:
        parts.no_models(broken)
    asked = state.asked_models(cards, parts.FIRST_COMPARED)
    chosen = parts.models_picker(cards, asked)
parts.say_for_a_room("Compare", *chosen)
parts.show_notes(*asked.notes)
if len(chosen) < 2:
    parts.too_few(broken)

# Compute.
shown = [cards[name] for name in chosen]
if note := other_nats(shown):
    parts.show_notes(note)
for card in shown:
    with parts.opening(card, broken):
        explorer(card.name)
found = [images_for(card) for card in shown]
leader = next((number for number, images in enumerate(found) if images is not None), 0)

# Show.
components.compare(shown, found[leader], leader, key="compare.live")
plane.rate_distortion(state.alike(cards, shown[0]), chosen)

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    parts.explain(shown[0], TEXTS)
parts.explain_broken(broken)
