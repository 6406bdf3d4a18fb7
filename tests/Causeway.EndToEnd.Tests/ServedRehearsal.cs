namespace Causeway.EndToEnd.Tests;

/// <summary>Scripts behind the routes, one of which always fails in each way.</summary>
public sealed class ServedRehearsal : ServedGateway
{
    public override string Kind => "rehearsal";
    public override IReadOnlyList<string> Skipped { get; } = ["a conversation that is too long is a BadRequestError"];
    public override string AnswersAs => "causeway-rehearsal";
    public override int BrokenStatus => 502;
    public override int VectorLength => 256;

    protected override string Routes => """
        upstreams:
          stage: { type: rehearsal }
          broken: { type: rehearsal, faults: [ { kind: server-error, every: 1 } ] }
          limited: { type: rehearsal, faults: [ { kind: rate-limit, every: 1 } ] }
          cut: { type: rehearsal, faults: [ { kind: cut, every: 1 } ] }
        routes:
          stage: { match: { model: [gpt-4o, rehearsal-echo, rehearsal-infinite, rehearsal-parallel] }, targets: [ { upstream: stage } ] }
          broken: { match: { model: broken }, targets: [ { upstream: broken } ] }
          limited: { match: { model: limited }, targets: [ { upstream: limited } ] }
          cut: { match: { model: cut }, targets: [ { upstream: cut } ] }
        """;
}
