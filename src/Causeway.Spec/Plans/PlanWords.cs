using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>The spec's words for a plan's enums, in one place for reading, hashing and printing.</summary>
internal static class PlanWords
{
    public static readonly ImmutableArray<(string Word, UpstreamKind Value)> Kinds =
        [("openai-compatible", UpstreamKind.OpenAiCompatible), ("rehearsal", UpstreamKind.Rehearsal)];

    public static readonly ImmutableArray<(string Word, UpstreamHttp Value)> HttpVersions =
        [("auto", UpstreamHttp.Auto), ("1.1", UpstreamHttp.Http11), ("2", UpstreamHttp.Http2)];

    public static readonly ImmutableArray<(string Word, FaultKind Value)> Faults =
    [
        ("rate-limit", FaultKind.RateLimit), ("server-error", FaultKind.ServerError), ("hang", FaultKind.Hang), ("reset", FaultKind.Reset),
        ("cut", FaultKind.Cut), ("stall", FaultKind.Stall), ("html", FaultKind.Html),
    ];

    public static string Kind(UpstreamKind kind) => Kinds.First(pair => pair.Value == kind).Word;

    public static string Http(UpstreamHttp http) => HttpVersions.First(pair => pair.Value == http).Word;

    public static string Fault(FaultKind fault) => Faults.First(pair => pair.Value == fault).Word;
}
