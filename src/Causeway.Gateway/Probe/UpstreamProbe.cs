using System.Text;
using System.Text.Json;
using Causeway.Gateway.Probe.Checks;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Probe;

/// <summary>
/// Asks an upstream the compatibility checklist, one small request after the other, over the connection the gateway itself would use.
/// A refusal (400 or 422) says that the upstream lacks the feature; any other failure says nothing.
/// </summary>
public sealed class UpstreamProbe
{
    // No check asks for more than this, prompt and answer together.
    private const int Reserve = 700;
    private const int MaxAnswer = 1 << 20;
    private static readonly string[] _reasoningFields = ["reasoning_content", "reasoning"];
    private const int MaxEvidence = 300;

    private static readonly ProbeCheck s_baseline = new("chat", null, ProbeCheck.Ask("What is two plus two? Answer with one word.", 256), static answer =>
        answer.Choices > 0 ? Finding.Native($"{answer.Choices} choice, finish_reason {answer.FinishReason}, usage {(answer.HasUsage ? "counted" : "missing")}") : Finding.Absent("no choices in the answer"));

    private static readonly ProbeCheck s_next = new("chat", null, ProbeCheck.Ask("Say hello.", 16), s_baseline.Judge);

    private static readonly IReadOnlyList<ProbeCheck> s_checks =
        [s_baseline, .. ChatChecks.All, .. ToolChecks.All, .. OutputChecks.All, .. ErrorChecks.All];

    private readonly ProbeOptions _options;
    private readonly TimeProvider _time;
    private readonly UpstreamPlan _plan;
    private readonly IUpstream _upstream;
    private readonly CapabilityProfile? _inForce;
    private readonly List<ProbeItem> _items = [];
    private ReasoningFact _reasoning;
    private int _prompt;
    private int _completion;

    private UpstreamProbe(ProbeOptions options, UpstreamPlan plan, IUpstream upstream, CapabilityProfile? inForce, TimeProvider time) =>
        (_options, _plan, _upstream, _inForce, _time) = (options, plan, upstream, inForce, time);

    /// <param name="plans">The plan with the upstream in it.</param>
    /// <param name="options">What to ask.</param>
    /// <param name="time">For deadlines and the profile's date.</param>
    /// <param name="progress">Called after each item, on the probe's own thread.</param>
    /// <param name="cancel">Ends the probe early; what was measured is kept.</param>
    /// <exception cref="ArgumentException">The plan has no upstream of that name.</exception>
    public static async Task<ProbeOutcome> RunAsync(PlanState plans, ProbeOptions options, TimeProvider time, Action<ProbeProgress> progress, CancellationToken cancel)
    {
        var active = plans.Current;
        var plan = active.Plan.Upstreams.FirstOrDefault(upstream => upstream.Name == options.Upstream)
            ?? throw new ArgumentException($"the plan has no upstream '{options.Upstream}'", nameof(options));
        var probe = new UpstreamProbe(options, plan, active.Upstreams[plan.Name], InForce(active.Plan, options), time);
        var stopped = await probe.AskAllAsync(progress, cancel);
        probe.SettleTools();
        return probe.Outcome(stopped);
    }

    // The profile that the plan applies to this model. Without a target of its own, a model of the catalog has the built-in one.
    private static CapabilityProfile? InForce(Plan plan, ProbeOptions options)
    {
        var target = plan.Routes.All.SelectMany(route => route.Targets).FirstOrDefault(target => target.Upstream == options.Upstream && target.Model == options.Model);
        if (target is not null) return target.Adapt?.Profile;
        var isBedrock = plan.Upstreams.Any(upstream => upstream.Name == options.Upstream && upstream.Kind == UpstreamKind.Bedrock);
        return isBedrock ? BuiltInProfiles.Find(ModelCatalog.BuiltIn.Find("bedrock", options.Model)?.Profile ?? "bedrock") : null;
    }

    private int Tokens => _prompt + _completion;

    private decimal? Cost => _options.Price is { } price ? price.Cost(new Wire.Chat.TokenUsage(_prompt, _completion, 0, 0)) / 1e9m : null;

    private async Task<string?> AskAllAsync(Action<ProbeProgress> progress, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        foreach (var check in s_checks)
        {
            if (Exceeded() is { } bound) return bound;
            try
            {
                await MeasureAsync(check, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return "stopped by hand";
            }
            var left = _time.GetElapsedTime(started) / _items.Count * (s_checks.Count - _items.Count);
            progress(new ProbeProgress(_items.Count, s_checks.Count, left, _items[^1]));
            if (_items is [{ Support: not Support.Native } first]) return $"a plain chat completion fails, so nothing else can be told: {first.Evidence}";
        }
        return null;
    }

    // A model may answer in text when it is free to; when it had to call a tool and did, it can. Holding it back proves nothing
    // where it would not have called (or not twice) anyway.
    private void SettleTools()
    {
        if (Find(Feature.Tools) is { Support: Support.Unknown })
            Doubt(Feature.ToolChoiceNone, "no call, and none without the ban either");
        if (Find(Feature.ToolsParallel) is not { Support: Support.Native })
            Doubt(Feature.ToolsParallelOff, "one call, and no more without the ban either");
        var forced = _items.Find(item => item is { Feature: Feature.ToolChoiceRequired or Feature.ToolChoiceNamed, Support: Support.Native });
        // Each is sent as the other, which helps only where there is one.
        if (Find(Feature.MaxTokens) is { Support: Support.Absent } && Find(Feature.MaxCompletionTokens) is { Support: Support.Absent })
            foreach (var limit in new[] { Feature.MaxTokens, Feature.MaxCompletionTokens })
                _items[_items.FindIndex(item => item.Feature == limit)] = Find(limit)! with { Verdict = ProbeVerdict.Fail };
        if (forced is not null) Change(Feature.Tools, Support.Unknown, Finding.Native($"called a tool when it had to ({forced.Name})"));
    }

    private ProbeItem? Find(Feature feature) => _items.Find(item => item.Feature == feature);

    private void Doubt(Feature feature, string evidence) => Change(feature, Support.Native, Finding.Unknown(evidence));

    private void Change(Feature feature, Support from, Finding to)
    {
        var at = _items.FindIndex(item => item.Feature == feature && item.Support == from);
        if (at >= 0) _items[at] = _items[at] with { Support = to.Support, Verdict = Emulations.VerdictOf(feature, to.Support), Evidence = to.Evidence };
    }

    private string? Exceeded()
    {
        if (Tokens + Reserve > _options.MaxTokens) return $"the next check could exceed {_options.MaxTokens} tokens ({Tokens} spent)";
        if (_options.MaxCost is not { } most || Cost is not { } spent || _options.Price is not { } price) return null;
        var next = Reserve * Math.Max(price.Prompt, price.Completion) / 1e6m;
        return spent + next > most ? $"the next check could exceed ${most} (${spent:0.0000} spent)" : null;
    }

    private async Task MeasureAsync(ProbeCheck check, CancellationToken cancel)
    {
        var answer = await AskAsync(check, check.Members, cancel);
        var finding = Judge(check, answer);
        if (check.Wrong is { } wrong && answer.Status == 200 && finding.Support == Support.Unknown && Exceeded() is null)
        {
            var refused = await AskAsync(check, wrong, cancel);
            if (refused.Status is 400 or 422) finding = Finding.Native($"accepted; a senseless value is refused: {refused.Error}");
            else if (refused.Status == 200) finding = Finding.Unknown("accepted, and so is a senseless value: it may be ignored");
        }
        if (check.HangsUp && answer.Status == 200 && finding.Support == Support.Native) finding = await AskNextAsync(cancel);
        if (check == s_baseline) _reasoning = ReasoningOf(answer);
        Note(check.Name, check.Feature, finding);
    }

    // Whether the upstream stopped working when the caller went away cannot be seen from here; whether the next caller suffers can.
    private async Task<Finding> AskNextAsync(CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var next = await AskAsync(s_next, s_next.Members, cancel);
        return next.Status == 200
            ? Finding.Native($"broken off after the first events; the next request was answered within {_time.GetElapsedTime(started).TotalMilliseconds:0} ms")
            : Finding.Absent($"after a stream was broken off the next request failed, {next.Status}: {next.Error}");
    }

    private static Finding Judge(ProbeCheck check, ProbeAnswer answer)
    {
        if (answer.Status == 200) return check.Judge(answer);
        if (check.JudgeRefusal is { } judge && answer.Status > 0) return judge(answer);
        return answer.Status is 400 or 422 ? Finding.Absent($"{answer.Status}: {answer.Error}") : Finding.Unknown($"{answer.Status}: {answer.Error}");
    }

    private async Task<ProbeAnswer> AskAsync(ProbeCheck check, string members, CancellationToken cancel)
    {
        var body = Encoding.UTF8.GetBytes(check.Raw ?? $"{{\"model\":\"{JsonEncodedText.Encode(_options.Model)}\",{members}}}");
        using var limit = new CancellationTokenSource(_options.PerCheck, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        ProbeAnswer answer;
        try
        {
            using var reply = await _upstream.SendAsync(new UpstreamCall(body, check.Stream, null) { Model = _options.Model }, both.Token);
            answer = reply.Fault == UpstreamFault.None
                ? ProbeAnswer.Of(reply.Status, reply.MediaType, await ReadAsync(reply.Body, check.HangsUp ? 1 : MaxAnswer, both.Token), ErrorText)
                : Nothing($"no answer ({reply.Fault})");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            answer = Nothing($"no answer within {_options.PerCheck.TotalSeconds:0} s");
        }
        catch (IOException)
        {
            answer = Nothing("the connection broke in the middle of the answer");
        }
        Count(check, body.Length, answer);
        return answer;
    }

    private static ProbeAnswer Nothing(string why) => new() { Status = 0, MediaType = null, Error = why };

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, int enough, CancellationToken cancel)
    {
        var answer = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (answer.Length < enough && (read = await body.ReadAsync(buffer, cancel)) > 0) answer.Write(buffer, 0, read);
        return answer.ToArray();
    }

    private string ErrorText(ReadOnlyMemory<byte> body) =>
        UpstreamErrorBody.TryRead(body.Span, out var said) ? UpstreamErrorText.Clean(said.Message, [.. SecretsOf(_plan)], _plan.BaseUrl?.Host) : "an error without a message";

    private static IEnumerable<string> SecretsOf(UpstreamPlan upstream)
    {
        if (upstream.ApiKey is { } key) yield return key.Reveal();
        foreach (var header in upstream.Headers) yield return header.Value.Reveal();
    }

    // Where the upstream counts nothing, a byte of prompt or text is taken for a token: more than it can be.
    private void Count(ProbeCheck check, int bodyLength, ProbeAnswer answer)
    {
        if (answer.Status != 200) return;
        _prompt += Math.Max(0, answer.PromptTokens ?? bodyLength);
        _completion += Math.Max(0, answer.CompletionTokens ?? (check.HangsUp ? ProbeCheck.MostBroken : answer.Content.Length));
    }

    private static ReasoningFact ReasoningOf(ProbeAnswer answer)
    {
        var field = _reasoningFields.FirstOrDefault(name => ProbeAnswer.Text(answer.Message, name).Length > 0);
        var opens = answer.Content.Contains("<think>", StringComparison.Ordinal);
        var closes = answer.Content.Contains("</think>", StringComparison.Ordinal);
        return new ReasoningFact(field, opens || closes, closes && !opens);
    }

    private void Note(string name, Feature? feature, Finding finding)
    {
        var evidence = finding.Evidence.ReplaceLineEndings(" ");
        if (evidence.Length > MaxEvidence) evidence = evidence[..(char.IsHighSurrogate(evidence[MaxEvidence - 1]) ? MaxEvidence - 1 : MaxEvidence)];
        _items.Add(new ProbeItem(name, feature, finding.Support, Emulations.VerdictOf(feature, finding.Support), evidence));
    }

    private ProbeOutcome Outcome(string? stopped)
    {
        // What a probe does not ask for stays as it was known: a profile replaces the one in force, and must not forget how to read the model.
        var facts = _inForce?.Facts.ToDictionary() ?? [];
        foreach (var item in _items)
            if (item.Feature is { } feature) facts[feature] = new FeatureFact(item.Support, item.Evidence);
        if (_reasoning.Field is { } field) facts[Feature.ReasoningContent] = new FeatureFact(Support.Native, $"a plain answer has {field}");
        var profile = _items.Count < 2 ? null : new CapabilityProfile
        {
            Name = NameOf(_options),
            Source = $"causeway probe of {_options.Upstream}" + (_inForce is null ? "" : $"; what it does not ask for is from profile '{_inForce.Name}'"),
            Measured = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime),
            Facts = facts,
            Reasoning = _reasoning != default ? _reasoning : _inForce?.Reasoning ?? default,
            Dialects = _inForce?.Dialects ?? [],
            ExtraFields = _inForce?.ExtraFields ?? [],
            ToolNames = _inForce?.ToolNames,
            MaxTokens = _inForce?.MaxTokens ?? default,
        };
        return new ProbeOutcome(_items, stopped, Tokens, Cost, profile);
    }

    private static string NameOf(ProbeOptions options)
    {
        var name = $"{options.Upstream}-{options.Model}".ToLowerInvariant();
        return string.Concat(name.Select(unit => char.IsAsciiLetterOrDigit(unit) || ".:_/-".Contains(unit) ? unit : '-').Take(128));
    }
}
