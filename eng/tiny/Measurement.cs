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

/// <summary>How many answers of a kind were right.</summary>
/// <param name="Choices">The right tool, or text where text was right; for JSON: valid JSON.</param>
/// <param name="Right">Of each question, whether the arguments, the text or the JSON were those expected.</param>
internal sealed record Score(string Kind, int Choices, bool[] Right)
{
    public int Exact => Right.Count(right => right);
    public int Of => Right.Length;
}

/// <summary>What the model does with templates and words that training never saw, greedily and without constraints.</summary>
internal sealed class Measurement : IDisposable
{
    public const int EachKind = 200;
    private const int Seed = 90;

    private readonly ModelFiles _files;
    private readonly LoadedModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly ConversationEncoder _encoder;
    private readonly string? _adapter;
    private readonly bool _aloud;

    /// <param name="adapter">A folder under the model's <c>adapters</c>; null for the model alone.</param>
    /// <param name="aloud">Print what was wrong.</param>
    public Measurement(string folder, string? adapter = null, bool aloud = false)
    {
        _files = ModelFiles.Open(folder);
        _tokenizer = Tokenizer.Create(_files.Tokenizer);
        _encoder = new ConversationEncoder(ChatTemplate.Parse(_files.ChatTemplate ?? throw new ModelFormatException("The folder has no chat template.")), _tokenizer);
        _model = LoadedModel.Load(_files.Config, _files.Tensors, _files.GenerationDefaults.EndTokens);
        if (adapter is not null) _model.AddAdapter(adapter, Path.Combine(folder, "adapters", adapter));
        (_adapter, _aloud) = (adapter, aloud);
    }

    public void Dispose()
    {
        _model.Dispose();
        _files.Dispose();
    }

    /// <summary>The kinds that <see cref="SupportDesk.Only"/> knows.</summary>
    public static string[] Kinds { get; } = ["order", "refund", "person", "talk", "missing", "json", "answer"];

    public async Task<List<Score>> AllAsync(int limit, CancellationToken cancel)
    {
        List<Score> scores = [];
        foreach (var kind in Kinds)
        {
            var desk = new SupportDesk(Seed, Lesson.HeldOut, limit);
            scores.Add(await ScoreAsync(kind, () => desk.Only(kind), cancel));
        }
        return scores;
    }

    /// <summary>Refunds of so many dollars.</summary>
    public Task<Score> RefundsAsync(int least, int most, int limit, CancellationToken cancel)
    {
        var desk = new SupportDesk(Seed, Lesson.HeldOut, limit);
        return ScoreAsync($"refund of ${least} to ${most}", () => desk.RefundOf(least, most), cancel);
    }

    private async Task<Score> ScoreAsync(string kind, Func<Conversation> next, CancellationToken cancel)
    {
        var (choices, right) = (0, new bool[EachKind]);
        for (var i = 0; i < EachKind; i++)
        {
            var conversation = next();
            var at = kind == "answer" ? conversation.AnswerAfterTool : conversation.FirstAnswer;
            var answer = await AnswerAsync(_encoder.Prompt(conversation, at), cancel);
            var expected = conversation.Messages[at]!.AsObject();
            var (choice, same) = kind == "json" ? Compare(answer, (string)expected["content"]!) : Compare(answer, expected);
            choices += choice ? 1 : 0;
            right[i] = same;
            if (_aloud && !same) Console.Error.WriteLine($"{kind}: {conversation.Messages[at - 1]!["content"]}\n   {expected.ToJsonString()}\n   {answer}");
        }
        return new Score(kind, choices, right);
    }

    private async Task<string> AnswerAsync(List<int> prompt, CancellationToken cancel)
    {
        var request = new GenerationRequest { Prompt = prompt, MaxTokens = 120, Adapter = _adapter, Sampling = new SamplingOptions { Temperature = 0 } };
        await using var generation = _model.Start(request, cancel);
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
            // A node reads its members late; duplicates among them show only then.
            using var _ = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
