// One agent with the official OpenAI SDK: BASE_URL and API_KEY name the gateway, the arguments the models. One line a run: "model stream transcript".
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.API_KEY, maxRetries: 0, timeout: 60_000 });
const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } }, required: ['city', 'days'], additionalProperties: false };
const tools = [{ type: 'function', function: { name: 'get_weather', description: 'The weather of a city', parameters } }];

async function run(model, stream) {
  const messages = [{ role: 'user', content: 'What is the weather in Paris?' }];
  let transcript = '';
  for (let turn = 0; turn < 4; turn++) {
    const ask = { model, messages, tools };
    const answer = stream ? await client.chat.completions.stream(ask).finalChatCompletion() : await client.chat.completions.create(ask);
    const { message, finish_reason } = answer.choices[0];
    transcript += `${finish_reason}: ${message.content ?? ''}\n`;
    const calls = (message.tool_calls ?? []).map(({ id, type, function: f }) => ({ id, type, function: { name: f.name, arguments: f.arguments } }));
    if (calls.length === 0) break;
    messages.push({ role: 'assistant', content: message.content, tool_calls: calls });
    for (const call of calls) {
      const { city, days } = JSON.parse(call.function.arguments);
      transcript += `${call.function.name}(${JSON.stringify({ city, days })})\n`;
      messages.push({ role: 'tool', tool_call_id: call.id, content: 'sunny, 21 degrees' });
    }
  }
  return transcript;
}

for (const model of process.argv.slice(2)) for (const stream of [false, true]) {
  let said;
  try { said = await run(model, stream); } catch (e) { said = `FAIL ${e?.message ?? e}`; }
  console.log(`${model} ${stream} ${said.replaceAll('\n', ' | ')}`);
}
