// Looks at every page of pages.mjs with axe-core, in light and in dark: `audit.mjs BINARY [NAME…]`. One line for each page;
// exits 0 only if each came as it should, asked nobody else for anything, and has nothing serious or critical.

import { audited, launch, logIn, visitor } from "./browser.mjs";
import { demo, placeOf } from "./demo.mjs";
import { live } from "./life.mjs";
import { pages } from "./pages.mjs";

const [binary, ...only] = process.argv.slice(2);
const world = await demo(binary).then(live);
let failed = 0;
try {
  const browser = await launch();
  for (const colorScheme of ["light", "dark"]) {
    const visits = {};
    for (const page of pages.filter(({ name }) => only.length === 0 || only.includes(name))) {
      const { who, name, status = 200 } = page;
      visits[who] ??= await visitor(browser, world.node, { colorScheme });
      const visit = visits[who];
      if (who !== "stranger" && !visit.isIn) {
        await logIn(visit.page, world[who]);
        visit.isIn = true;
      }
      visit.faults.length = 0;
      const path = await placeOf(page, world);
      const answer = await visit.page.goto(path);
      const found = await audited(visit.page);
      const serious = found.filter(({ impact }) => impact === "serious" || impact === "critical");
      const wrong = [...serious.map((one) => JSON.stringify(one)), ...visit.faults];
      if (answer.status() !== status) wrong.push(`${path} answers ${answer.status()}`);
      if (new URL(visit.page.url()).pathname !== path.split("?")[0]) wrong.push(`${path} leads to ${visit.page.url()}`);
      if (wrong.length > 0) failed += 1;
      const lesser = found.length - serious.length;
      console.log(`${wrong.length > 0 ? "FAILED " : "ok     "} ${name}, ${colorScheme}${lesser > 0 ? ` (${found.filter((one) => !serious.includes(one)).map(({ id, impact }) => `${impact}: ${id}`).join(", ")})` : ""}`);
      for (const what of wrong) console.log(`        ${what}`);
    }
    for (const { context } of Object.values(visits)) await context.close();
  }
  await browser.close();
} finally {
  await world.end();
}
console.log(failed === 0 ? "nothing serious on any page" : `${failed} pages with faults`);
process.exit(failed === 0 ? 0 : 1);
