// Whether a document is whole for readers of JSON-LD: a property that no context of it defines is silently lost on them.

import jsonld from "jsonld";

/** The properties and types of a document that its contexts do not define, each with the path to it. */
export async function lostTerms(document, contextLoader) {
    const documentLoader = async (url) => await contextLoader(url);
    const lost = new Set();
    // the context of ActivityStreams turns what it does not know into blank nodes
    const search = (value, path) => {
        if (Array.isArray(value)) return value.forEach((one) => search(one, path));
        if (value === null || typeof value !== "object") return;
        for (const [key, inner] of Object.entries(value)) {
            if (key.startsWith("_:")) lost.add(path + key.slice(2));
            const types = key === "@type" ? [inner].flat() : [];
            types.filter((type) => type.startsWith("_:")).forEach((type) => lost.add(`${path}type ${type.slice(2)}`));
            search(inner, `${path}${key.split(/[#/]/).at(-1)} > `);
        }
    };
    search(await jsonld.expand(document, { documentLoader }), "");
    return [...lost];
}
