// The pages that are looked at: by axe-core in the tests, and by people as pictures (`scripts/screenshots`).
//
// A page is a path on the demo's first node, and who looks: a stranger, a member, or the owner. `path` may be worked out
// (`async (world) => …`); `status` is 200 unless it says otherwise. To add one, add a line; its name is the name of the picture.
// The world is that of life.mjs: what people did there is what the pages show.

/** What the owner's API answers. */
const asked = async ({ node }, path) => {
  const answer = await fetch(`${node.url}${path}`, { headers: { authorization: `Bearer ${node.owner.access_token}` } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
};

/** One post of the community that spans the companies, with answers, as a path. */
const thread = async (world) => {
  const posts = await asked(world, `/api/intermoot/v1/communities/${world.community.id}/posts`);
  const shown = posts.map((post) => post.reblog ?? post).sort((one, other) => other.replies_count - one.replies_count);
  return `/p/${shown[0].id}`;
};

/** A post of the member's own. */
const own = ({ waits }) => `/p/${waits.id}`;

/** Whoever else works at the first company, as administrators see them. */
const colleague = async (world) => {
  const { id } = await asked(world, `/api/v1/accounts/lookup?acct=${world.member.username}`);
  return `/admin/people/${id}`;
};

/** The agreement that is in force. */
const partner = async (world) => {
  const all = await asked(world, "/api/intermoot/v1/partners");
  return `/admin/partners/${all.find(({ state }) => state === "in_force").id}`;
};

/** The page on which an app asks to be let in. */
const consent = async ({ node }) => {
  const redirect_uri = "https://client.example/back";
  const asked = { client_name: "Example", redirect_uris: redirect_uri, scopes: "read write follow push", website: "https://client.example" };
  const response = await fetch(`${node.url}/api/v1/apps`, { method: "POST", body: new URLSearchParams(asked) });
  const { client_id } = await response.json();
  return `/oauth/authorize?${new URLSearchParams({ response_type: "code", client_id, redirect_uri, scope: "read write" })}`;
};

export const pages = [
  // for everybody
  { name: "front", path: "/", who: "stranger" },
  { name: "person", path: ({ node }) => `/u/${node.owner.username}`, who: "stranger" },
  { name: "circle", path: ({ node }) => `/u/${node.owner.username}/following`, who: "stranger" },
  { name: "community", path: ({ community }) => `/c/${community.name}`, who: "stranger" },
  { name: "thread", path: thread, who: "stranger" },
  { name: "about", path: "/about", who: "stranger" },
  { name: "tag", path: "/tags/valves", who: "stranger" },
  { name: "policy", path: "/policy", who: "stranger" },
  { name: "nothing", path: "/nothing/here", who: "stranger", status: 404 },
  // coming in
  { name: "log-in", path: "/login", who: "stranger" },
  { name: "sign-up", path: "/auth/sign_up", who: "stranger", status: 403 },
  { name: "forgotten", path: "/auth/password/new", who: "stranger" },
  { name: "consent", path: consent, who: "member" },
  // members
  { name: "home", path: "/home", who: "member" },
  { name: "notifications", path: "/notifications", who: "member" },
  { name: "search", path: "/search?q=valves", who: "member" },
  { name: "bookmarks", path: "/bookmarks", who: "member" },
  { name: "favourites", path: "/favourites", who: "member" },
  { name: "lists", path: "/lists", who: "member" },
  { name: "list", path: ({ list }) => `/lists/${list.id}`, who: "member" },
  { name: "public", path: "/public", who: "member" },
  { name: "write", path: "/write", who: "member" },
  { name: "write-answer", path: async (world) => `/write?answer=${(await thread(world)).split("/").at(-1)}`, who: "member" },
  { name: "drafts", path: "/drafts", who: "member" },
  { name: "edit", path: (world) => `${own(world)}/edit`, who: "member" },
  { name: "delete", path: (world) => `${own(world)}/delete`, who: "member" },
  { name: "favourited-by", path: async (world) => `${await thread(world)}/favourited_by`, who: "member" },
  { name: "report", path: async (world) => `${await thread(world)}/report`, who: "owner" },
  { name: "member-thread", path: thread, who: "member" },
  { name: "member-person", path: ({ node }) => `/u/${node.owner.username}`, who: "member" },
  { name: "member-self", path: ({ member }) => `/u/${member.username}`, who: "member" },
  { name: "communities", path: "/communities", who: "member" },
  { name: "found-community", path: "/communities/new", who: "member" },
  { name: "member-community", path: ({ community }) => `/c/${community.name}`, who: "member" },
  { name: "community-asking", path: "/c/supplier_days", who: "member" },
  { name: "community-rules", path: ({ bench }) => `/c/${bench.name}/policy`, who: "member" },
  { name: "community-log", path: ({ bench }) => `/c/${bench.name}/log`, who: "member" },
  { name: "community-members", path: ({ community }) => `/c/${community.name}/members`, who: "owner" },
  { name: "manage-settings", path: ({ community }) => `/c/${community.name}/manage/settings`, who: "owner" },
  { name: "manage-stage", path: ({ community }) => `/c/${community.name}/manage/stage`, who: "owner" },
  { name: "manage-people", path: ({ community }) => `/c/${community.name}/manage/people`, who: "owner" },
  { name: "manage-requests", path: ({ bench }) => `/c/${bench.name}/manage/requests`, who: "owner" },
  { name: "manage-queue", path: ({ bench }) => `/c/${bench.name}/manage/queue`, who: "owner" },
  { name: "manage-reports", path: ({ community }) => `/c/${community.name}/manage/reports`, who: "owner" },
  { name: "manage-threads", path: ({ community }) => `/c/${community.name}/manage/threads`, who: "owner" },
  { name: "manage-invitations", path: ({ bench }) => `/c/${bench.name}/manage/invitations`, who: "owner" },
  { name: "manage-bans", path: ({ bench }) => `/c/${bench.name}/manage/bans`, who: "owner" },
  { name: "manage-policy", path: ({ bench }) => `/c/${bench.name}/manage/policy`, who: "owner" },
  { name: "manage-log", path: ({ bench }) => `/c/${bench.name}/manage/log`, who: "owner" },
  { name: "moderation", path: "/moderation", who: "owner" },
  { name: "moderation-people", path: "/moderation/people", who: "owner" },
  // administrators
  { name: "admin", path: "/admin", who: "owner" },
  { name: "admin-start", path: "/admin/start", who: "owner" },
  { name: "admin-people", path: "/admin/people", who: "owner" },
  { name: "admin-person", path: colleague, who: "owner" },
  { name: "admin-off-board", path: async (world) => `${await colleague(world)}/off-board`, who: "owner" },
  { name: "admin-off-boardings", path: "/admin/off-boardings", who: "owner" },
  { name: "admin-new-person", path: "/admin/people/new", who: "owner" },
  { name: "admin-invites", path: "/admin/invites", who: "owner" },
  { name: "admin-partners", path: "/admin/partners", who: "owner" },
  { name: "admin-partner", path: partner, who: "owner" },
  { name: "admin-propose", path: "/admin/partners/new", who: "owner" },
  { name: "admin-peers", path: "/admin/peers", who: "owner" },
  { name: "admin-peer", path: ({ nodes }) => `/admin/peers/${encodeURIComponent(new URL(nodes[1].url).host)}`, who: "owner" },
  { name: "admin-policies", path: "/admin/policies", who: "owner" },
  { name: "admin-announcements", path: "/admin/announcements", who: "owner" },
  { name: "admin-emojis", path: "/admin/emojis", who: "owner" },
  { name: "admin-appearance", path: "/admin/appearance", who: "owner" },
  { name: "admin-audit", path: "/admin/audit", who: "owner" },
  { name: "admin-jobs", path: "/admin/jobs", who: "owner" },
  { name: "admin-storage", path: "/admin/storage", who: "owner" },
  { name: "admin-health", path: "/admin/health", who: "owner" },
  // one's own account
  { name: "settings", path: "/settings", who: "member" },
  { name: "settings-profile", path: "/settings/profile", who: "member" },
  { name: "settings-preferences", path: "/settings/preferences", who: "member" },
  { name: "settings-apps", path: "/settings/apps", who: "member" },
  { name: "settings-sessions", path: "/settings/sessions", who: "member" },
  { name: "settings-second-factor", path: "/settings/second_factor", who: "member" },
];
