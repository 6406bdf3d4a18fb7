using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Engine;
using Causeway.Engine.Formats;
using Causeway.Engine.Sampling;
using Causeway.Engine.Serving;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;

namespace Causeway.TinyRecipe;

/// <summary>What the model does with phrases that training never saw, greedily and without constraints.</summary>
internal sealed class Measurement : IDisposable
{
    private const int EachKind = 100;

    private readonly ModelFiles _files;
    private readonly LoadedModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly ConversationEncoder _encoder;

    private Measurement(string folder)
    {
        _files = ModelFiles.Open(folder);
        _tokenizer = Tokenizer.Create(_files.Tokenizer);
        _encoder = new ConversationEncoder(ChatTemplate.Parse(_files.ChatTemplate ?? throw new ModelFormatException("The folder has no chat template.")), _tokenizer);
        _model = LoadedModel.Load(_files.Config, _files.Tensors, _files.GenerationDefaults.EndTokens);
    }

    public void Dispose()
    {
        _model.Dispose();
        _files.Dispose();
    }

    /// <summary>A table, one line a kind of question.</summary>
    public static async Task<string> OfAsync(string folder, CancellationToken cancel)
    {
        using var measurement = new Measurement(folder);
        var table = new StringBuilder("kind      tool or text right   arguments exact   of\n");
        foreach (var kind in (string[])["order", "refund", "person", "talk", "json"])
        {
            var (choices, exact) = await measurement.KindAsync(kind, cancel);
            table.Append(CultureInfo.InvariantCulture, $"{kind,-10}{choices,18}{exact,18}{EachKind,5}\n");
        }
        return table.ToString();
    }

    private async Task<(int Choices, int Exact)> KindAsync(string kind, CancellationToken cancel)
    {
        var desk = new SupportDesk(seed: 90, heldOut: true);
        var (choices, exact) = (0, 0);
        for (var i = 0; i < EachKind; i++)
        {
            var conversation = desk.Only(kind);
            var answer = await AnswerAsync(_encoder.Prompt(conversation, 2), cancel);
            var expected = conversation.Messages[2]!.AsObject();
            var (choice, same) = kind == "json" ? Compare(answer, (string)expected["content"]!) : Compare(answer, expected);
            choices += choice ? 1 : 0;
            exact += same ? 1 : 0;
        }
        return (choices, exact);
    }

    private async Task<string> AnswerAsync(List<int> prompt, CancellationToken cancel)
    {
        await using var generation = _model.Start(new GenerationRequest { Prompt = prompt, MaxTokens = 120, Sampling = new SamplingOptions { Temperature = 0 } }, cancel);
        var bytes = new List<byte>();
        await foreach (var token in generation.ReadAllAsync(cancel)) bytes.AddRange(_tokenizer.BytesOf(token.Id).Span);
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Whether the answer is JSON, and the JSON that was asked for.</summary>
    private static (bool Choice, bool Same) Compare(string answer, string expected) =>
        Parse(answer) is { } json ? (true, JsonNode.DeepEquals(json, JsonNode.Parse(expected))) : (false, false);

    private static (bool Choice, bool Same) Compare(string answer, JsonObject expected)
    {
        if (expected["tool_calls"] is not JsonArray calls) return (!answer.Contains("<tool_call>", StringComparison.Ordinal), answer == (string?)expected["content"]);
        var function = calls[0]!["function"]!;
        if (CallIn(answer) is not { } call || (string?)call["name"] != (string?)function["name"]) return (false, false);
        return (true, JsonNode.DeepEquals(call["arguments"], JsonNode.Parse((string)function["arguments"]!)));
    }

    private static JsonNode? CallIn(string answer)
    {
        const string Open = "<tool_call>", Close = "</tool_call>";
        var (from, to) = (answer.IndexOf(Open, StringComparison.Ordinal), answer.IndexOf(Close, StringComparison.Ordinal));
        return from < 0 || to < from ? null : Parse(answer[(from + Open.Length)..to]);
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
