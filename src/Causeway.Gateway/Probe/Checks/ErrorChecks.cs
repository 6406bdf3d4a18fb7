namespace Causeway.Gateway.Probe.Checks;

/// <summary>What refusals look like, where the limit on answers is, what a caller who hangs up leaves behind: for the reader, no fact of a profile.</summary>
internal static class ErrorChecks
{
    public static IReadOnlyList<ProbeCheck> All { get; } =
    [
        Refused("error.unknown_model", "") with { Raw = """{"model":"causeway-probe-no-such-model","messages":[{"role":"user","content":"Hi"}],"max_tokens":1}""" },
        Refused("error.bad_json", "") with { Raw = """{"model":""" },
        Refused("error.no_messages", "\"messages\":[],\"max_tokens\":1"),
        Refused("error.max_tokens", ProbeCheck.Ask("Say hello.", 2_000_000_000)),
        new("stream.cancel", null, ProbeCheck.Ask("Count from one to one hundred in words.", ProbeCheck.MostBroken, "\"stream\":true"), Begun) { Stream = true, HangsUp = true },
    ];

    private static Finding Begun(ProbeAnswer answer)
    {
        if (answer.MediaType != "text/event-stream") return Finding.Unknown("there is no stream to break off");
        return answer.IsDone ? Finding.Unknown("the whole stream came at once: nothing to break off") : Finding.Native("broken off after the first events");
    }

    private static ProbeCheck Refused(string name, string members) =>
        new(name, null, members, static _ => Finding.Absent("answered with 200, though it cannot be right"))
        {
            JudgeRefusal = static answer => answer.Status is 400 or 404 or 422
                ? Finding.Native($"{answer.Status}: {answer.Error}")
                : Finding.Absent($"{answer.Status}, where 400 or 404 is meant: {answer.Error}"),
        };
}
