using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Tests.Rehearsal;

/// <summary>Puts the chunks of one stream together the way the official clients do, into one line per choice to compare.</summary>
internal static class StreamedAnswer
{
    public static List<string> Choices(IEnumerable<JsonElement> events)
    {
        var choices = new SortedDictionary<int, Assembled>();
        foreach (var choice in events.SelectMany(static chunk => chunk.GetProperty("choices").EnumerateArray()))
        {
            var index = choice.GetProperty("index").GetInt32();
            if (!choices.TryGetValue(index, out var assembled)) choices[index] = assembled = new Assembled();
            assembled.Take(choice);
        }
        return [.. choices.Values.Select(static choice => choice.ToString())];
    }

    public static List<string> Choices(JsonElement whole) =>
        [.. whole.GetProperty("choices").EnumerateArray().Select(static choice => Describe(choice))];

    private static string Describe(JsonElement choice)
    {
        var message = choice.GetProperty("message");
        var line = new StringBuilder();
        line.Append(message.GetProperty("content").GetString()).Append('|');
        if (message.TryGetProperty("tool_calls", out var calls))
        {
            foreach (var call in calls.EnumerateArray())
                line.Append(call.GetProperty("id").GetString()).Append(Body(call, "name")).Append(Body(call, "arguments", "input")).Append(';');
        }
        if (message.TryGetProperty("function_call", out var legacy))
            line.Append(legacy.GetProperty("name").GetString()).Append(legacy.GetProperty("arguments").GetString());
        if (choice.GetProperty("logprobs") is { ValueKind: JsonValueKind.Object } logprobs)
            foreach (var token in logprobs.GetProperty("content").EnumerateArray()) line.Append(token.GetRawText());
        return line.Append('|').Append(choice.GetProperty("finish_reason").GetString()).ToString();
    }

    private static string Body(JsonElement call, params string[] names)
    {
        var body = call.TryGetProperty("function", out var function) ? function : call.GetProperty("custom");
        return string.Concat(names.Select(name => body.TryGetProperty(name, out var value) ? value.GetString() : ""));
    }

    private sealed class Assembled
    {
        private readonly StringBuilder _content = new();
        private readonly SortedDictionary<int, StringBuilder> _calls = [];
        private readonly StringBuilder _legacy = new();
        private readonly StringBuilder _logprobs = new();
        private string? _finish;

        public void Take(JsonElement choice)
        {
            Assert.Null(_finish);
            _finish = choice.GetProperty("finish_reason").GetString();
            var delta = choice.GetProperty("delta");
            if (delta.TryGetProperty("content", out var content)) _content.Append(content.GetString());
            if (delta.TryGetProperty("tool_calls", out var calls)) Take(Assert.Single(calls.EnumerateArray()), calls);
            if (delta.TryGetProperty("function_call", out var legacy))
                _legacy.Append(legacy.TryGetProperty("name", out var name) ? name.GetString() : "").Append(legacy.GetProperty("arguments").GetString());
            if (choice.GetProperty("logprobs") is { ValueKind: JsonValueKind.Object } logprobs)
                foreach (var token in logprobs.GetProperty("content").EnumerateArray()) _logprobs.Append(token.GetRawText());
        }

        public override string ToString() => $"{_content}|{string.Concat(_calls.Values.Select(static call => call + ";"))}{_legacy}{_logprobs}|{_finish}";

        private void Take(JsonElement call, JsonElement calls)
        {
            Assert.Equal(1, calls.GetArrayLength());
            var index = call.GetProperty("index").GetInt32();
            if (!_calls.TryGetValue(index, out var text)) _calls[index] = text = new StringBuilder(call.GetProperty("id").GetString());
            text.Append(Body(call, "name")).Append(Body(call, "arguments", "input"));
        }
    }
}
