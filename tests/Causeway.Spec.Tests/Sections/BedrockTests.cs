using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Sections;

public sealed class BedrockTests
{
    [Fact]
    public void The_smallest_one_signs_with_the_machines_own_credentials()
    {
        var upstream = Specs.Plan(Spec("region: us-east-1")).Upstreams[0];

        Assert.Equal((UpstreamKind.Bedrock, BedrockAuth.SigV4, BedrockHost.Auto), (upstream.Kind, upstream.Bedrock?.Auth, upstream.Bedrock?.Host));
        Assert.Equal(["us-east-1"], upstream.Bedrock!.Regions);
        Assert.Null(upstream.Bedrock.Credentials);
    }

    [Fact]
    public void Every_key_is_read()
    {
        var upstream = Specs.Plan(Spec(
            "regions: [us-west-2, us-gov-west-1], apiKey: \"${A_KEY}\", host: runtime, endpoint: \"http://127.0.0.1:9000/\", serviceTier: flex, showErrors: true, " +
            "guardrail: { id: gr-1, version: \"3\", trace: enabled }")).Upstreams[0];

        Assert.Equal((BedrockAuth.ApiKey, BedrockHost.Runtime, "http://127.0.0.1:9000", "flex"),
            (upstream.Bedrock!.Auth, upstream.Bedrock.Host, upstream.Bedrock.Endpoint, upstream.Bedrock.ServiceTier));
        Assert.Equal(new GuardrailPlan("gr-1", "3", Trace: true), upstream.Bedrock.Guardrail);
        Assert.Equal((Specs.Secret, true), (upstream.ApiKey?.Reveal(), upstream.ShowErrors));
    }

    [Fact]
    public void A_target_without_a_Region_is_one_for_each_Region_of_the_upstream()
    {
        var targets = Specs.Plan(Spec("regions: [us-east-1, us-west-2]", "{ upstream: b, model: m }, { upstream: b, region: eu-west-1 }")).Routes.All[0].Targets;

        Assert.Equal([("m", "us-east-1"), ("m", "us-west-2"), (null, "eu-west-1")], targets.Select(target => (target.Model, target.Region)));
    }

    [Theory]
    [InlineData("apiKey: \"${A_KEY}\"", "needs the key 'region' or 'regions'")]
    [InlineData("region: us-east-1, regions: [us-east-1]", "has both 'region' and 'regions'")]
    [InlineData("region: Virginia", "is no AWS Region")]
    [InlineData("regions: []", "needs at least one Region")]
    [InlineData("regions: [us-east-1, us-east-1]", "names a Region twice")]
    [InlineData("region: us-east-1, apiKey: \"ABSKabcdefghijklmnop\"", "must come from the environment")]
    [InlineData("region: us-east-1, apiKey: \"${A_KEY}\", auth: sigv4", "does not use 'apiKey'")]
    [InlineData("region: us-east-1, auth: api-key", "needs the key 'apiKey'")]
    [InlineData("region: us-east-1, host: mantle, guardrail: { id: g, version: \"1\" }", "only the runtime host has guardrails")]
    [InlineData("region: us-east-1, host: runtime, project: p", "only the mantle host has projects")]
    [InlineData("region: us-east-1, project: p, guardrail: { id: g, version: \"1\" }", "no host has both")]
    [InlineData("region: us-east-1, guardrail: { id: g }", "needs the key 'version'")]
    [InlineData("region: us-east-1, endpoint: \"http://{host}/\"", "{service} and {region} only")]
    [InlineData("region: us-east-1, endpoint: \"ftp://a\"", "must be an absolute http or https URL")]
    [InlineData("region: us-east-1, serviceTier: fast", "must be one of default, priority, flex, reserved")]
    [InlineData("region: us-east-1, credentials: { accessKeyId: AKIDEXAMPLE, secretAccessKey: \"${A_KEY}\" }", "'accessKeyId' must come from the environment")]
    [InlineData("region: us-east-1, apiKey: \"${A_KEY}\", credentials: { accessKeyId: \"${A_KEY}\", secretAccessKey: \"${B_KEY}\" }", "'credentials' are not used beside 'apiKey'")]
    public void What_cannot_be_meant_is_said(string keys, string message) =>
        Assert.Contains(Specs.Problems(Spec(keys)), problem => problem.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void Only_Bedrock_has_Regions() => Assert.Contains("'region' is only for upstreams of type bedrock", Specs.OnlyProblem("""
        apiVersion: causeway/v1
        upstreams: { r: { type: rehearsal } }
        routes: { a: { match: { model: "*" }, targets: [ { upstream: r, region: us-east-1 } ] } }
        """).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("regions: [us-east-1, us-west-2]", "regions: [us-west-2, us-east-1]")]
    [InlineData("region: us-east-1", "region: us-east-1, serviceTier: flex")]
    [InlineData("region: us-east-1", "region: us-east-1, host: mantle")]
    [InlineData("region: us-east-1", "region: us-east-1, auth: short-term")]
    [InlineData("region: us-east-1", "region: us-east-1, project: p")]
    [InlineData("region: us-east-1", "region: us-east-1, showErrors: true")]
    [InlineData("region: us-east-1", "region: us-east-1, mantleSigningName: bedrock")]
    [InlineData("region: us-east-1", "region: us-east-1, endpoint: \"http://a.example\"")]
    [InlineData("region: us-east-1", "region: us-east-1, guardrail: { id: g, version: \"1\" }")]
    [InlineData("region: us-east-1", "region: us-east-1, credentials: { accessKeyId: \"${A_KEY}\", secretAccessKey: \"${B_KEY}\" }")]
    public void Another_meaning_is_another_hash_and_another_upstream(string one, string other)
    {
        var (left, right) = (Specs.Plan(Spec(one)), Specs.Plan(Spec(other)));

        Assert.NotEqual(left.Hash, right.Hash);
        Assert.NotEqual(left.Upstreams[0], right.Upstreams[0]);
    }

    [Theory]
    [InlineData("region: us-east-1", "regions: [us-east-1]")]
    [InlineData("region: us-east-1", "region: us-east-1, host: auto, auth: sigv4, showErrors: false, mantleSigningName: bedrock-mantle")]
    public void Defaults_spelled_out_change_nothing(string one, string other)
    {
        var (left, right) = (Specs.Plan(Spec(one)), Specs.Plan(Spec(other)));

        Assert.Equal(left.Hash, right.Hash);
        Assert.Equal(left.Upstreams[0], right.Upstreams[0]);
    }

    private static string Spec(string keys, string targets = "{ upstream: b }") => $$"""
        apiVersion: causeway/v1
        upstreams: { b: { type: bedrock, {{keys}} } }
        routes: { all: { match: { model: "*" }, targets: [ {{targets}} ] } }
        """;
}
