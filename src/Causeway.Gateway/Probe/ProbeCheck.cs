using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Probe;

/// <summary>One question to an upstream: members of a request, and a judge of a 200. Other statuses are judged alike for all (see <see cref="UpstreamProbe"/>).</summary>
/// <param name="Name">As in the checklist.</param>
/// <param name="Feature">The fact it settles; null for none.</param>
/// <param name="Members">Members of the request beside <c>model</c>, as JSON without the braces.</param>
/// <param name="Judge">What a 200 shows.</param>
internal sealed record ProbeCheck(string Name, Feature? Feature, string Members, Func<ProbeAnswer, Finding> Judge)
{
    /// <summary>Tokens of an answer that is to be broken off: the upstream may go on to the end and bill them.</summary>
    public const int MostBroken = 300;

    public bool Stream { get; init; }

    /// <summary>Members with a value that nobody who reads them can accept: sent when the effect cannot be seen. A refusal proves that they are read.</summary>
    public string? Wrong { get; init; }

    /// <summary>Judges refusals too, when a refusal is what is asked for.</summary>
    public Func<ProbeAnswer, Finding>? JudgeRefusal { get; init; }

    /// <summary>The answer is broken off after its first bytes, and what counts is how the next request fares.</summary>
    public bool HangsUp { get; init; }

    /// <summary>Sent in place of the whole request.</summary>
    public string? Raw { get; init; }

    public static ProbeCheck Of(Feature feature, string members, Func<ProbeAnswer, Finding> judge) =>
        new(Features.IdOf(feature), feature, members, judge);

    /// <summary>A member whose effect one answer cannot show.</summary>
    public static ProbeCheck Accepted(Feature feature, string member, string wrong) =>
        Of(feature, Ask("Say hello.", 16, member), static _ => Finding.Unknown("accepted; one answer cannot show its effect")) with
        {
            Wrong = Ask("Say hello.", 16, wrong),
        };

    /// <summary>A question of one user message. Texts here need no escapes.</summary>
    public static string Ask(string text, int maxTokens, string more = "") =>
        $$"""
        "messages":[{"role":"user","content":"{{text}}"}],"max_tokens":{{maxTokens}},"temperature":0{{(more.Length == 0 ? "" : "," + more)}}
        """;
}
