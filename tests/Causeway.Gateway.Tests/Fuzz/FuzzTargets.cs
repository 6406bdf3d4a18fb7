using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Causeway.Gateway.Adapt;
using Causeway.Gateway.Adapt.Answers;
using Causeway.Gateway.Forward;
using Causeway.Gateway.Tests.Answers;
using Causeway.Spec;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Answers;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;
using Causeway.Wire.Schemas;
using Causeway.Wire.Sse;

namespace Causeway.Gateway.Tests.Fuzz;

/// <summary>The targets: what each is fed, and what must hold.</summary>
internal static class FuzzTargets
{
    private static readonly string[] _json = ["{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud83d", "\\ude00", "null", "true", "false", "0", "-0", "1e400", "12345678901234567890", "\"\"", "\"a\":", "ä", "😀", " ", "\n", "\uFEFF"];
    private static readonly AdaptPlan[] _plans = [.. Plans()];

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        new("request", FuzzCorpus.Requests, [.. _json, .. FuzzCorpus.RequestWords], Request),
        new("completion", FuzzCorpus.Completions, [.. _json, .. FuzzCorpus.AnswerWords], Completion),
        new("events", FuzzCorpus.Streams, [.. _json, .. FuzzCorpus.StreamWords], Events),
        new("edited-stream", FuzzCorpus.Streams, [.. _json, .. FuzzCorpus.StreamWords], (input, random) => StreamTargets.Edited(input, random, FuzzCorpus.AllEdits)),
        new("relayed-stream", FuzzCorpus.Streams, [.. _json, .. FuzzCorpus.StreamWords], StreamTargets.Relayed),
        new("dialect", FuzzCorpus.Markups, FuzzCorpus.MarkupWords, StreamTargets.Dialect),
        new("json-schema", FuzzCorpus.Schemas, [.. _json, .. FuzzCorpus.SchemaWords], Schema),
        new("spec", FuzzCorpus.Specs, FuzzCorpus.SpecWords, (input, _) => SpecCompiler.Compile("fuzz.yaml", Encoding.UTF8.GetString(input), name => name)),
        new("catalog", FuzzCorpus.Catalogs, [.. _json, .. FuzzCorpus.CatalogWords], Catalog),
        new("error-body", FuzzCorpus.Errors, [.. _json, .. FuzzCorpus.ErrorWords], Error),
    ];

    private static IEnumerable<AdaptPlan> Plans()
    {
        foreach (var mode in new[] { ParamsMode.Lenient, ParamsMode.Strict })
            yield return new AdaptPlan(Adapt.Adapted.Profile(Features.All.Where(feature => feature != Feature.Tools).Select(feature => (feature, Support.Absent)), ToolNameRule.OpenAi), ParamsPlan.Lenient with { Mode = mode }, new MaxTokensRule(100, 200));
        foreach (var name in BuiltInProfiles.Names) yield return new AdaptPlan(BuiltInProfiles.Find(name), ParamsPlan.Lenient, default);
    }

    /// <summary>A request that is read can be adapted to whatever profile, and is a request again or refused.</summary>
    private static void Request(byte[] input, Random random)
    {
        if (!ChatEnvelope.TryRead(input, out var envelope, out var error))
        {
            Assert.NotNull(error);
            return;
        }
        RequestFacts.Read(input);
        using var call = new Call(TimeProvider.System);
        call.Body.Write(input);
        call.Envelope = envelope;
        var target = new TargetPlan("u", random.Next(2) == 0 ? null : "served") { Adapt = _plans[random.Next(_plans.Length)] };
        call.Route = new RoutePlan("r", [], [target]);
        var adapted = RequestAdapter.Prepare(call, target);
        if (adapted.Refusal is null) AssertRequest(adapted.Body);
        AssertRequest(VariedSeed.In(input, 1));
        var again = new ArrayBufferWriter<byte>();
        AskBody.Read(input).Write(input, """{"role":"user","content":"again"}"""u8, asksWhole: true, again);
        AssertRequest(again.WrittenMemory);
        call.Body.Release();
        call.Spliced.Release();
    }

    private static void AssertRequest(ReadOnlyMemory<byte> body)
    {
        if (ChatEnvelope.TryRead(body.Span, out _, out var error)) return;
        // A member that the gateway adds may differ only in case from one that came and that nobody knows.
        var isOnlyCase = error.Code == "duplicate_member" && JsonDocument.Parse(body).RootElement.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal).All(group => group.Count() == 1);
        Assert.True(isOnlyCase, $"what is sent is no request: {error.Message}\n{Encoding.UTF8.GetString(body.Span)}");
    }

    /// <summary>An answer that is accepted is JSON after every repair and edit.</summary>
    private static void Completion(byte[] input, Random random)
    {
        var scan = CompletionScan.Read(input);
        var output = new RentedBuffer();
        if (scan is { Verdict: CompletionVerdict.Ok, NeedsRepair: true } && ChunkRepair.TryWriteCompletion(input, new TokenUsage(1, 1), output)) AssertJson(output.Span);
        var scratch = new RentedBuffer();
        if (WholeAnswer.Read(input, new ChoiceChains(FuzzCorpus.AllEdits, Edits.Exchange).Make, scratch) is { } answer && scan.Verdict == CompletionVerdict.Ok)
        {
            output.Clear();
            WholeAnswer.Write([answer], random.Next(2) == 0 ? null : new TokenUsage(1, 2), output);
            AssertJson(output.Span);
            output.Clear();
            WholeAnswer.PlayOut([answer, answer], new TokenUsage(1, 2), output);
            foreach (var data in Encoding.UTF8.GetString(output.Span).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[..^1]) AssertJson(Encoding.UTF8.GetBytes(data["data: ".Length..]));
        }
        scratch.Release();
        output.Release();
    }

    private static void AssertJson(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read()) reader.TrySkip();
    }

    /// <summary>Events are the same however the bytes come, and together they are the bytes; none of them makes the tap stumble.</summary>
    private static void Events(byte[] input, Random random)
    {
        var whole = Framed(input, _ => input.Length);
        Assert.Equal(whole, Framed(input, left => random.Next(1, Math.Min(left, 40) + 1)));
        var tap = new ChunkTap();
        var output = new ArrayBufferWriter<byte>();
        var at = 0;
        foreach (var length in whole)
        {
            using var data = SseEventData.Read(input.AsSpan(at, length));
            at += length;
            if (!data.HasData) continue;
            var traits = tap.Read(data.Data);
            output.ResetWrittenCount();
            if (traits.HasFlag(ChunkTraits.NeedsRepair) && !traits.HasFlag(ChunkTraits.Malformed) && ChunkRepair.TryWriteChunk(data.Data, tap, new TokenUsage(1, 1), output)) AssertJson(output.WrittenSpan);
        }
    }

    private static List<int> Framed(byte[] input, Func<int, int> piece)
    {
        var (framer, lengths) = (default(SseFramer), new List<int>());
        int from = 0, seen = 0;
        while (seen < input.Length)
        {
            seen += piece(input.Length - seen);
            while (framer.FindEventEnd(input.AsSpan(from, seen - from)) is >= 0 and var length)
            {
                lengths.Add(length);
                from += length;
            }
        }
        return lengths;
    }

    /// <summary>A schema that compiles judges every JSON, and twice the same.</summary>
    private static void Schema(byte[] input, Random random)
    {
        var cut = input.AsSpan().IndexOf("\n---\n"u8);
        var (schema, instance) = cut < 0 ? (input, "{}"u8.ToArray()) : (input[..cut], input[(cut + 5)..]);
        if (!JsonSchema.TryCompile(schema, out var compiled, out _)) return;
        try
        {
            AssertJson(instance);
        }
        catch (JsonException)
        {
            return;
        }
        Assert.Equal(compiled.Validate(instance).IsValid, compiled.Validate(instance).IsValid);
    }

    private static void Catalog(byte[] input, Random random)
    {
        UpstreamModels.TryRead(input);
        if (CapabilityProfile.TryRead(input, out var profile, out _)) Assert.True(CapabilityProfile.TryRead(profile.Write(), out var again, out _) && again.Equals(profile));
        try
        {
            CatalogReader.Read(input, "fuzz.json");
        }
        catch (CatalogFormatException)
        {
            // Refused, with the place.
        }
    }

    /// <summary>Whatever an upstream says has a row in the table, and a key in it is not passed on.</summary>
    private static void Error(byte[] input, Random random)
    {
        const string Secret = "sk-very-secret-0123456789";
        _ = UpstreamErrorBody.TryRead(input, out var said);
        var cleaned = UpstreamErrorText.Clean(said?.Message ?? Encoding.UTF8.GetString(input), [Secret], "upstream.example");
        Assert.DoesNotContain(Secret, cleaned, StringComparison.Ordinal);
        Assert.True(cleaned.Length <= UpstreamErrorText.MaxLength + 1);
        var refusal = new UpstreamRefusal(random.Next(400, 600), null, said);
        Assert.InRange(UpstreamErrorTable.Find(refusal).Error(refusal, cleaned, random.Next(2) == 0).Status, 400, 599);
        RetryAfter.Read(Encoding.Latin1.GetString(input.AsSpan(0, Math.Min(input.Length, 40))), DateTimeOffset.UnixEpoch, TimeSpan.FromDays(1));
    }
}
