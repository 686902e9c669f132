// Some weeks of work on the demo's three companies, so that its pages are seen as they are when people use them: profiles, posts
// with pictures and answers, polls, requests, reports and newcomers that wait, drafts, an agreement that waits to be signed.
//
// All through the API and over the wire, as the demo's own story. To show something on a page, let somebody do it here.

import { picture } from "./picture.mjs";

/** How long a post may travel, in ms. */
const PATIENCE = 20_000;

/** A seat of a valve, cut across: rings around a bore, worn on one side. */
const seat = (x, y) => {
  const [dx, dy] = [(x - 0.5) * 1.5, y - 0.5];
  const [far, turn] = [Math.hypot(dx, dy), Math.atan2(dy, dx)];
  const worn = Math.max(0, Math.sin(turn * 1.5 + 0.6)) * 0.035 * Math.abs(Math.sin(turn * 23));
  if (far < 0.16) return [24, 28, 34];
  if (far < 0.27 + worn) return [206 - far * 90, 190 - far * 60, 160];
  if (far < 0.42) return [120 + 60 * Math.sin(turn * 3 + far * 40), 130 + 50 * Math.sin(turn * 3 + far * 40), 142];
  return [58 + 30 * y, 66 + 30 * y, 78 + 36 * x];
};

/** A curve of torque over cycles that rises in the end. */
const curve = (x, y) => {
  const at = 0.78 - 0.08 * x - 0.5 * Math.max(0, x - 0.55) ** 1.4 - 0.015 * Math.sin(x * 60);
  if (Math.abs(y - at) < 0.008) return [27, 86, 138];
  if (x < 0.06 || y > 0.92) return [244, 245, 247];
  return (x * 12) % 1 < 0.02 || (y * 8) % 1 < 0.02 ? [222, 227, 233] : [255, 255, 255];
};

/** A face or a field: two colours that run into each other. */
const plain = ([r, g, b], [s, h, c]) => (x, y) => {
  const mixed = Math.min(1, Math.max(0, (x + y) / 2 + 0.06 * Math.sin(x * 9) * Math.cos(y * 7)));
  return [r + (s - r) * mixed, g + (h - g) * mixed, b + (c - b) * mixed];
};

const WORK = [
  ["ada", "Ada Berger", "Head of quality", "Quality", "I run returns and test benches at Acme. Ask me about seats, seals and what heat does to them."],
  ["alan", "Alan Nowak", "Test engineer", "Quality", "Endurance tests, 24 hours a day. The bench in hall 3 is mine."],
  ["bea", "Bea Lindqvist", "Managing director", "", "BoltCo makes bolts, spindles and packing for valves since 1962."],
  ["bo", "Bo Andersson", "Field service", "Service", "On the road with the customers of our spindles."],
  ["cora", "Cora Ionescu", "Head of engineering", "Pumps", "Pumps for hot water and worse."],
  ["cy", "Cy Marchetti", "Apprentice", "Pumps", ""],
];
const ANNOUNCED = "The test bench in hall 3 stands still on Thursday from 8 to 12: its heating is serviced.";
const POLICY = `## How we work together here

1. Say what you know and how you know it: figures, dates, batches.
2. Names of customers stay out of public communities.
3. Nobody is blamed for a fault that they report.

Whoever breaks this is told so first, and put out only if it goes on.`;
const LONG = `We cut open twelve seats that came back in October. Eight of them look alike:

- wear on the **upper** side only, a quarter of the way round
- no trace of foreign bodies
- the spring behind is fine

> The first report said “dirt in the line”. That was wrong for eight of twelve.

Next: the same on the bench, at 160, 180 and 200 °C, with \`400\` cycles each. The figures will be here.`;

/** Somebody's access to their node. */
function person(node, { username, access_token }) {
  const headers = { authorization: `Bearer ${access_token}` };
  const ask = async (method, path, body) => {
    const isForm = body instanceof FormData;
    const sent = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
    const kind = body === undefined || isForm ? {} : { "content-type": "application/json" };
    const answer = await fetch(`${node.url}${path}`, { method, headers: { ...headers, ...kind }, ...sent });
    if (!answer.ok) throw new Error(`${username}: ${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const home = `${username}@${new URL(node.url).host}`;
  const get = (path) => ask("GET", path);
  const post = (path, body = {}) => ask("POST", path, body);
  const community = async (handle) => (await get(`/api/intermoot/v1/communities/lookup?name=${encodeURIComponent(handle)}`)).id;
  return {
    ...{ ask, get, post, home, username, community },
    write: (status, more = {}) => post("/api/v1/statuses", { status, content_type: "text/markdown", ...more }),
    /** The post with this uri, as this node knows it; waits until it does. */
    async seen(uri) {
      const give_up = Date.now() + PATIENCE;
      for (;;) {
        const { statuses } = await get(`/api/v2/search?resolve=true&type=statuses&q=${encodeURIComponent(uri)}`);
        if (statuses.length > 0) return statuses[0].id;
        if (Date.now() > give_up) throw new Error(`${username} has never seen ${uri}`);
        await new Promise((go) => setTimeout(go, 200));
      }
    },
    /** Somebody's account, as this node knows it. */
    account: async (acct) => (await get(`/api/v1/accounts/lookup?acct=${acct}`)).id,
    async picture(bytes, description) {
      const form = new FormData();
      form.set("file", new Blob([bytes], { type: "image/png" }), "picture.png");
      form.set("description", description);
      return (await post("/api/v2/media", form)).id;
    },
  };
}

/** The pages of somebody's node, without a browser: for what only forms do. */
async function forms(node, { username, password }) {
  const jar = new Map();
  const go = async (path, more = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${node.url}${path}`, { redirect: "manual", ...more, headers: { cookie, origin: node.url } });
    for (const set of answer.headers.getSetCookie()) jar.set(...set.split(";")[0].split(/=(.*)/s));
    return answer;
  };
  /** Sends the form of a page, with what the page hid in it. */
  const send = async (path, fields) => {
    const page = await (await go(path)).text();
    const main = page.slice(page.indexOf("<main"));
    const hidden = main.slice(0, main.indexOf("</form>")).matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
    const form = new FormData();
    for (const [name, value] of [...[...hidden].map(([, name, value]) => [name, value]), ...Object.entries(fields)]) form.set(name, value);
    const body = Object.values(fields).some((value) => typeof value !== "string") || path === "/write" ? form : new URLSearchParams([...form]);
    const answer = await go(path, { method: "POST", body });
    if (answer.status !== 303) throw new Error(`${username}: the form of ${path} answered ${answer.status}`);
  };
  await send("/login", { login: username, password });
  return send;
}

/** Who they are: names, work, pictures. Who follows whom comes first, so that all hear of it. */
async function introduce(world, people) {
  const { alan, ada, bo, cora, cy } = people;
  for (const one of [ada, bo, cora, cy]) {
    const { accounts } = await alan.get(`/api/v2/search?resolve=true&type=accounts&q=${encodeURIComponent(one.home)}`);
    await alan.post(`/api/v1/accounts/${accounts[0].id}/follow`);
  }
  for (const [username, name, title, unit, note] of WORK) {
    const me = people[username];
    const form = new FormData();
    form.set("display_name", name);
    form.set("note", note);
    const colours = { ada: seat, bo: plain([214, 122, 62], [120, 44, 60]), cora: plain([40, 120, 110], [160, 200, 120]) };
    if (colours[username]) form.set("avatar", new Blob([picture(200, 200, colours[username])], { type: "image/png" }), "avatar.png");
    if (username === "ada") {
      form.set("header", new Blob([picture(900, 300, plain([27, 86, 138], [120, 170, 160]))], { type: "image/png" }), "header.png");
      form.set("fields_attributes[0][name]", "Desk");
      form.set("fields_attributes[0][value]", "Hall 2, upper floor");
      form.set("fields_attributes[1][name]", "Knows about");
      form.set("fields_attributes[1][value]", "#valves #sealing");
    }
    await me.ask("PATCH", "/api/v1/accounts/update_credentials", form);
    const node = world.nodes.find((node) => me.home.endsWith(new URL(node.url).host));
    const boss = people[node.owner.username];
    await boss.ask("PUT", `/api/intermoot/v1/organisation/people/${await boss.account(username)}/affiliation`, { title, unit });
  }
}

/** What is said in the community that spans the companies. */
async function talk({ ada, alan, bo, cora }, valves) {
  const place = { community_id: await alan.community(valves) };
  await alan.post(`/api/intermoot/v1/communities/${place.community_id}/join`);
  const pictures = [
    await alan.picture(picture(640, 440, seat), "A PTFE seat, cut across: the upper right quarter is worn in ridges."),
    await alan.picture(picture(640, 440, curve), "Torque over cycles: level up to 220, then rising."),
  ];
  const found = await alan.write(LONG, { media_ids: pictures, intermoot: { ...place, title: "Twelve seats from the field, cut open" } });
  const at = { ada: await ada.seen(found.uri), bo: await bo.seen(found.uri), cora: await cora.seen(found.uri) };
  const first = await bo.write("That is what our people saw at the dairy in Lund too: upper side, a quarter. It was steam cleaning every night, 140 °C.", { in_reply_to_id: at.bo });
  const back = await alan.write(`@${bo.home} Every night? Then 400 cycles are little more than a year. Can you send two of them, with the days they were in?`, {
    in_reply_to_id: await alan.seen(first.uri),
  });
  await bo.write(`@${alan.home} On their way. Batch 7 and 9.`, { in_reply_to_id: await bo.seen(back.uri) });
  await cora.write("We have a curve like that from our DN80, the knee is at 180 cycles. PEEK has none up to 2,000.", { in_reply_to_id: at.cora });
  await ada.write("Good work. I asked purchasing for PEEK seats for the next batch.", { in_reply_to_id: at.ada });
  await ada.post(`/api/v1/statuses/${at.ada}/favourite`);
  await bo.post(`/api/v1/statuses/${at.bo}/favourite`);
  await cora.post(`/api/v1/statuses/${at.cora}/favourite`);
  await cora.post(`/api/v1/statuses/${at.cora}/reblog`);
  const poll = { options: ["PEEK throughout", "PEEK above 150 °C", "Stay with PTFE"], expires_in: 86_400 };
  const asked = await cora.write("Which seats should the next test run compare?", { poll, intermoot: { community_id: await cora.community(valves) } });
  const { poll: open } = await ada.get(`/api/v1/statuses/${await ada.seen(asked.uri)}`);
  await ada.post(`/api/v1/polls/${open.id}/votes`, { choices: [1] });
  await bo.write("Photograph of a broken spindle, not for the squeamish.", {
    ...{ spoiler_text: "A spindle that broke under load", sensitive: true, intermoot: { community_id: await bo.community(valves) } },
    media_ids: [await bo.picture(picture(640, 400, curve), "A spindle in two parts.")],
  });
  const kept = await alan.seen(asked.uri);
  await alan.post(`/api/v1/statuses/${kept}/bookmark`);
  await alan.post(`/api/v1/statuses/${kept}/favourite`);
  const mine = await alan.write("Night shift is done: 1,200 cycles at 180 °C without a leak. #valves", { visibility: "public" });
  await ada.post(`/api/v1/statuses/${mine.id}/favourite`);
  await ada.post(`/api/v1/statuses/${mine.id}/reblog`);
  await alan.post(`/api/v1/statuses/${mine.id}/bookmark`);
  await ada.write(`@${alan.username} Splendid. Bring the sheet to the meeting on Monday?`, { in_reply_to_id: mine.id });
  const figures = await ada.write("The figures of October are out: returns are down by a fifth, the first time since 2023. #valves #returns", { visibility: "public" });
  await ada.post(`/api/v1/statuses/${figures.id}/pin`);
  return { first: at.ada };
}

/** A community that asks whoever wants to join, with people who wait. */
async function ask({ ada, alan, bo, cora, cy }) {
  const bench = await ada.post("/api/intermoot/v1/communities", {
    ...{ name: "test_bench", title: "Test bench", stage: "federated", join: "ask" },
    purpose: "Who tests what, where and when, so that nobody tests the same seat twice.",
    question: "Which bench do you run, or whose results do you need?",
  });
  const handle = `@test_bench@${ada.home.split("@")[1]}`;
  const joins = async (who, reason) => who.post(`/api/intermoot/v1/communities/${await who.community(handle)}/join`, { reason });
  await ada.ask("PATCH", `/api/intermoot/v1/communities/${bench.id}`, { newcomer_posts: 2 });
  await joins(alan, "Hall 3, the hot one.");
  await ada.post(`/api/intermoot/v1/communities/${bench.id}/requests/${await ada.account("alan")}/accept`);
  await joins(bo, "None of my own: I need the results of DN50 for two customers.");
  await joins(cy, "I am to run Cobalt's cold bench from January and would like to learn how you log.");
  const waits = await alan.write("Hall 3 is free from Wednesday, 160 to 200 °C.", { intermoot: { community_id: bench.id } });
  await ada.post(`/api/intermoot/v1/communities/${bench.id}/invitations`, { acct: cora.home });
  await ada.write("Plan for December: DN50 first, then DN80. Say here what you need.", { intermoot: { community_id: bench.id, title: "December" } });
  await ada.post(`/api/intermoot/v1/communities/${bench.id}/policies`, { title: "Rules of the bench", text: POLICY });
  await ada.post("/api/intermoot/v1/communities", {
    ...{ name: "supplier_days", title: "Supplier days", stage: "federated", join: "ask" },
    ...{ purpose: "Two days a year on which we show each other what we build.", question: "What would you like to show?" },
  });
  return { bench: { ...bench, name: "test_bench" }, waits };
}

/** What waits for whoever runs the node, and what one keeps for oneself. */
async function keep({ ada, alan, bo, cora }, { community }) {
  const spam = await bo.write("Cheap spindles, today only, write to me.", { intermoot: { community_id: await bo.community(`@valves@${ada.home.split("@")[1]}`) } });
  const reported = { comment: "This is an advertisement, in a community about failures.", category: "spam" };
  await alan.post("/api/v1/reports", { ...reported, account_id: await alan.account(bo.home), status_ids: [await alan.seen(spam.uri)], intermoot: { community_id: community.id } });
  await alan.post("/api/v1/reports", { account_id: await alan.account(cora.home), comment: "Writes to me again and again about prices.", category: "other" });
  await ada.post("/api/intermoot/v1/admin/announcements", { text: ANNOUNCED });
  await ada.post("/api/intermoot/v1/policies", { title: "Working together at Acme", text: POLICY });
  await ada.post("/api/intermoot/v1/partners", {
    ...{ host: cora.home.split("@")[1], communities: ["valve_lab"], stakeholder: "customer", our_stakeholder: "supplier" },
    ...{ most_role: "member", most_seats: 10, seats_per_day: 5, contacts: [`ada@${ada.home.split("@")[1]}`] },
  });
  await ada.post(`/api/v1/accounts/${await ada.account("alan")}/follow`);
  const list = await alan.post("/api/v1/lists", { title: "Field service" });
  await alan.post(`/api/v1/lists/${list.id}/accounts`, { account_ids: [await alan.account(bo.home)] });
  await alan.post("/api/v1/lists", { title: "Seals and seats" });
  const friday = new Date(Date.now() + 4 * 86_400_000).toISOString();
  await alan.write("Results of this week's runs, as every Friday.", { scheduled_at: friday, intermoot: { community_id: community.id } });
  return { list };
}

/** What pages alone do: a draft, an emoji of the node's own, a thread that newcomers read first. */
async function fill({ node, member, owner, community, first }) {
  const draft = { title: "Cleaning and wear", text: "Ask Bo for the dates of the steam cleaning before", act: "draft" };
  await (await forms(node, member))("/write", draft);
  const image = new Blob([picture(64, 64, seat)], { type: "image/png" });
  const ada = await forms(node, owner);
  await ada("/admin/emojis", { shortcode: "seat", category: "Parts", image });
  await ada(`/c/${community.name}/manage/threads`, { act: "pin", post: first });
}

/** Lets some weeks pass on the companies of a demo, and ends it if that does not work. */
export async function live(world) {
  const people = Object.fromEntries(world.nodes.flatMap((node) => [node.owner, ...node.people].map((one) => [one.username, person(node, one)])));
  try {
    await introduce(world, people);
    const said = await talk(people, `@${world.community.name}@${new URL(world.node.url).host}`);
    const asked = await ask(people);
    await fill({ ...world, ...said });
    return { ...world, ...asked, ...(await keep(people, world)) };
  } catch (error) {
    await world.end();
    throw error;
  }
}
