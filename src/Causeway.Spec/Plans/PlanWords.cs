using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>The spec's words for a plan's enums, in one place for reading, hashing and printing.</summary>
internal static class PlanWords
{
    public static readonly ImmutableArray<(string Word, UpstreamKind Value)> Kinds =
        [("openai-compatible", UpstreamKind.OpenAiCompatible), ("rehearsal", UpstreamKind.Rehearsal), ("bedrock", UpstreamKind.Bedrock), ("embedded", UpstreamKind.Embedded)];

    public static readonly ImmutableArray<(string Word, BedrockAuth Value)> BedrockAuths =
        [("api-key", BedrockAuth.ApiKey), ("sigv4", BedrockAuth.SigV4), ("short-term", BedrockAuth.ShortTerm)];

    public static readonly ImmutableArray<(string Word, BedrockHost Value)> BedrockHosts =
        [("auto", BedrockHost.Auto), ("runtime", BedrockHost.Runtime), ("mantle", BedrockHost.Mantle)];

    public static readonly ImmutableArray<(string Word, bool Value)> YesNo = [("true", true), ("false", false)];

    public static readonly ImmutableArray<(string Word, UpstreamHttp Value)> HttpVersions =
        [("auto", UpstreamHttp.Auto), ("1.1", UpstreamHttp.Http11), ("2", UpstreamHttp.Http2)];

    public static readonly ImmutableArray<(string Word, FaultKind Value)> Faults =
    [
        ("rate-limit", FaultKind.RateLimit), ("server-error", FaultKind.ServerError), ("hang", FaultKind.Hang), ("reset", FaultKind.Reset),
        ("cut", FaultKind.Cut), ("stall", FaultKind.Stall), ("html", FaultKind.Html),
    ];

    public static readonly ImmutableArray<(string Word, TaskKind Value)> Tasks =
        [("chat", TaskKind.Chat), ("code", TaskKind.Code), ("agent", TaskKind.Agent)];

    public static readonly ImmutableArray<(string Word, StickyBy Value)> Stickies =
        [("conversation", StickyBy.Conversation), ("user", StickyBy.User), ("none", StickyBy.None)];

    public static string Task(TaskKind task) => Tasks.First(pair => pair.Value == task).Word;

    public static string Sticky(StickyBy sticky) => Stickies.First(pair => pair.Value == sticky).Word;

    public static readonly ImmutableArray<(string Word, ParamsMode Value)> ParamsModes =
        [("lenient", ParamsMode.Lenient), ("strict", ParamsMode.Strict)];

    public static readonly ImmutableArray<(string Word, FieldAction Value)> FieldActions =
        [("pass", FieldAction.Pass), ("drop", FieldAction.Drop), ("refuse", FieldAction.Refuse), ("emulate", FieldAction.Emulate)];

    public static string Mode(ParamsMode mode) => ParamsModes.First(pair => pair.Value == mode).Word;

    public static string Action(FieldAction action) => FieldActions.First(pair => pair.Value == action).Word;

    public static string Kind(UpstreamKind kind) => Kinds.First(pair => pair.Value == kind).Word;

    public static string Of(BedrockAuth auth) => BedrockAuths.First(pair => pair.Value == auth).Word;

    public static string Of(BedrockHost host) => BedrockHosts.First(pair => pair.Value == host).Word;

    public static string Http(UpstreamHttp http) => HttpVersions.First(pair => pair.Value == http).Word;

    public static string Fault(FaultKind fault) => Faults.First(pair => pair.Value == fault).Word;
}
