import { h, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];
const key = "portmatrix-theme";

/** The buttons in the head: colours and print. */
export function Tools(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(remembered);
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    remember(theme);
  }, [theme]);
  return h(
    "div",
    { class: "tools" },
    h(
      "div",
      { role: "group", "aria-label": "Colours", class: "switch" },
      themes.map((one) =>
        h("button", { type: "button", "aria-pressed": theme === one, onClick: () => setTheme(one) }, one),
      ),
    ),
    h("button", { type: "button", class: "plain", onClick: () => window.print() }, "Print"),
  );
}

/** A page from disk may have no storage; then the choice lasts as long as the page. */
function remembered(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? "system";
  } catch {
    return "system";
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Nothing to do: see above.
  }
}
