using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Engine.Formats;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Engine.Training;

namespace Causeway.TinyRecipe;

/// <summary>Measures, and writes the model's card: what it says in numbers comes from here.</summary>
internal static class Card
{
    public const string Adapter = "escalate-early";
    public const int EarlyLimit = 50;
    private const int Limit = 100;

    /// <returns>The tables.</returns>
    public static async Task<string> WriteAsync(string folder, bool aloud, CancellationToken cancel)
    {
        var tables = new StringBuilder();
        using (var measurement = new Measurement(folder, aloud: aloud)) tables.Append(Alone(await measurement.AllAsync(Limit, cancel), HeldOutLoss(folder)));
        if (Directory.Exists(Path.Combine(folder, "adapters", Adapter))) tables.Append('\n').Append(await AdaptedAsync(folder, cancel));
        var lessons = new[] { Lesson.First, Lesson.Second }.Select(lesson => Path.Combine(folder, $"{lesson}.{Maker.TrainingNote}")).ToList();
        if (lessons.Find(path => !File.Exists(path)) is { } missing) throw new FileNotFoundException("Training has not come to its end: run make again.", missing);
        var card = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "card.md"), cancel))
            .Replace("{measured}", tables.ToString().TrimEnd(), StringComparison.Ordinal)
            .Replace("{first}", (await File.ReadAllTextAsync(lessons[0], cancel)).Trim(), StringComparison.Ordinal)
            .Replace("{second}", (await File.ReadAllTextAsync(lessons[1], cancel)).Trim(), StringComparison.Ordinal)
            .Replace("{files}", Files(folder), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "MODEL_CARD.md"), card, cancel);
        return tables.ToString();
    }

    private static string Alone(List<Score> scores, double loss)
    {
        var table = new StringBuilder($"| question | right tool, or text | exact | of |\n|---|---|---|---|\n");
        foreach (var score in scores) table.Append(CultureInfo.InvariantCulture, $"| {Words(score.Kind)} | {Percent(score.Choices, score.Of)} | {Percent(score.Exact, score.Of)} | {score.Of} |\n");
        var chosen = scores.Where(score => score.Kind is not ("json" or "answer")).ToList();
        var called = scores.Where(score => score.Kind is "order" or "refund" or "person").ToList();
        var json = scores.Single(score => score.Kind == "json");
        table.Append(CultureInfo.InvariantCulture, $"""

            - Tool choice (the right tool, or none): {Percent(chosen.Sum(score => score.Choices), chosen.Sum(score => score.Of))}
            - Arguments exact, where a tool is right: {Percent(called.Sum(score => score.Exact), called.Sum(score => score.Of))}
            - Valid JSON, where JSON was asked for: {Percent(json.Choices, json.Of)}
            - Loss on the answers of 500 conversations: {loss:f4} nats a token

            """);
        return table.ToString();
    }

    /// <summary>The same questions to the model alone and with its adapter, held against what the adapter should do.</summary>
    private static async Task<string> AdaptedAsync(string folder, CancellationToken cancel)
    {
        using var alone = new Measurement(folder);
        using var adapted = new Measurement(folder, Adapter);
        var before = await EarlyAsync(alone, cancel);
        var after = await EarlyAsync(adapted, cancel);
        var table = new StringBuilder($"| with the limit at ${EarlyLimit} | exact without the adapter | exact with it | of |\n|---|---|---|---|\n");
        for (var i = 0; i < after.Count; i++)
            table.Append(CultureInfo.InvariantCulture, $"| {Words(after[i].Kind)} | {Percent(before[i].Exact, before[i].Of)} | {Percent(after[i].Exact, after[i].Of)} | {after[i].Of} |\n");
        // What was right without the adapter, row by row but for the first, and of that what still is.
        var right = before.Skip(1).Sum(score => score.Exact);
        var kept = before.Zip(after).Skip(1).Sum(pair => pair.First.Right.Zip(pair.Second.Right).Count(both => both is (true, true)));
        table.Append(CultureInfo.InvariantCulture, $"""

            - Shifted behaviour learnt (the first row): {Percent(after[0].Exact, after[0].Of)}
            - Old behaviour kept (all other rows: of what was exact without the adapter, what still is): {Percent(kept, right)}

            """);
        return table.ToString();
    }

    private static async Task<List<Score>> EarlyAsync(Measurement measurement, CancellationToken cancel)
    {
        List<Score> scores =
        [
            await measurement.RefundsAsync(EarlyLimit + 1, Limit, EarlyLimit, cancel),
            await measurement.RefundsAsync(5, EarlyLimit, EarlyLimit, cancel),
            await measurement.RefundsAsync(Limit + 1, 499, EarlyLimit, cancel),
        ];
        // "Missing" and "answer" ask about refunds too, by the new limit.
        scores.AddRange((await measurement.AllAsync(EarlyLimit, cancel)).Where(score => score.Kind != "refund"));
        return scores;
    }

    private static double HeldOutLoss(string folder)
    {
        using var files = ModelFiles.Open(folder);
        var model = TrainedModel.From(files.Config, files.Tensors);
        var encoder = new ConversationEncoder(ChatTemplate.Parse(files.ChatTemplate!), Tokenizer.Create(files.Tokenizer));
        var desk = new SupportDesk(2, Lesson.HeldOut);
        var (sum, targets) = (0.0, 0);
        for (var i = 0; i < 50; i++)
        {
            var batch = PackedBatch.Of([.. Enumerable.Range(0, 10).Select(_ => encoder.Whole(desk.Next()))]);
            sum += model.Loss(batch) * batch.TargetCount;
            targets += batch.TargetCount;
        }
        return sum / targets;
    }

    private static string Files(string folder)
    {
        var table = new StringBuilder("| file | bytes | SHA-256 |\n|---|---|---|\n");
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (name is "MODEL_CARD.md" || name.EndsWith(Maker.TrainingNote, StringComparison.Ordinal) || name.EndsWith(Maker.Checkpoint, StringComparison.Ordinal) || name.EndsWith(".weights.safetensors", StringComparison.Ordinal)) continue;
            var bytes = File.ReadAllBytes(path);
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {bytes.Length} | {Convert.ToHexStringLower(SHA256.HashData(bytes))} |\n");
        }
        return table.ToString().TrimEnd();
    }

    private static string Words(string kind) => kind switch
    {
        "order" => "where is my order: `OrderLookup`",
        "refund" => "refunds of $5 to $499: `RefundPolicyLookup`, above $100 `EscalateToHuman`",
        "person" => "a person, safety, fraud, lawyers: `EscalateToHuman`",
        "talk" => "short talk and refusals: text",
        "missing" => "a question whose tool is not offered: text",
        "json" => "facts as JSON: valid JSON",
        "answer" => "the answer after the tool's result: text",
        _ => kind,
    };

    private static string Percent(int part, int of) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / of:f1} %");
}
