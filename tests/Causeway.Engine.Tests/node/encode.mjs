// encode.mjs TOKENIZER.JSON TEXTS.JSON IDS.JSON: encodes each text with the reference implementation, without what a post-processor adds.
import { readFileSync, writeFileSync } from "node:fs";
import { Tokenizer } from "@anush008/tokenizers";

const [model, texts, ids] = process.argv.slice(2);
const tokenizer = Tokenizer.fromFile(model);
const all = [];
for (const text of JSON.parse(readFileSync(texts, "utf8"))) {
  const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
  const list = encoding.getIds();
  all.push({ ids: list, text: list.length ? await tokenizer.decode(list, true) : "", nfc: text.normalize("NFC") });
}
writeFileSync(ids, JSON.stringify(all));
