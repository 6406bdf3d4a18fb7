using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Sections;

public sealed class UpstreamTests
{
    [Theory]
    [InlineData("https://api.openai.com/v1", "https://api.openai.com/v1")]
    [InlineData("https://api.openai.com/v1//", "https://api.openai.com/v1")]
    [InlineData("http://localhost:8000", "http://localhost:8000/")]
    [InlineData("http://[::1]:8000/v1", "http://[::1]:8000/v1")]
    [InlineData("${VLLM_URL}", "http://10.0.0.7:8000/v1")]
    public void A_base_url_loses_its_last_slash(string text, string url) =>
        Assert.Equal(url, Specs.Plan(Specs.WithUpstream($"baseUrl: \"{text}\"")).Upstreams[0].BaseUrl?.AbsoluteUri);

    [Theory]
    [InlineData("api.openai.com/v1")]
    [InlineData("/v1")]
    [InlineData("ftp://a.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://")]
    [InlineData("https://user@a.example/v1")]
    [InlineData("https://user:pass@a.example/v1")]
    [InlineData("https://a.example/v1?x=1")]
    [InlineData("https://a.example/v1?")]
    [InlineData("https://a.example/v1#")]
    [InlineData("https://a.example/v 1")]
    [InlineData(" https://a.example/v1")]
    [InlineData("https:\\\\\\\\a.example")]
    [InlineData("")]
    public void A_base_url_is_absolute_and_bare(string url) =>
        Assert.Equal("SPEC0012", Specs.OnlyProblem(Specs.WithUpstream($"baseUrl: \"{url}\"")).Code);

    [Theory]
    [InlineData("Host: a")]
    [InlineData("content-length: \"1\"")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Connection: close")]
    [InlineData("Accept-Encoding: gzip")]
    [InlineData("\"a b\": x")]
    [InlineData("\"a:b\": x")]
    [InlineData("\"\": x")]
    [InlineData("\"ä\": x")]
    [InlineData("x: \"a\\r\\nb: c\"")]
    [InlineData("x: \"${BROKEN_KEY}\"")]
    [InlineData("x: \"ä\"")]
    [InlineData("x: \" a\"")]
    public void A_header_that_cannot_be_sent_is_refused(string header) =>
        Assert.Equal("SPEC0015", Specs.OnlyProblem(Specs.WithUpstream($"baseUrl: \"http://a.example\", headers: {{ {header} }}")).Code);

    [Fact]
    public void Authorization_is_allowed_only_without_a_key()
    {
        const string Header = "baseUrl: \"http://a.example\", headers: { Authorization: \"Basic ${A_KEY}\" }";

        Assert.Equal("Basic " + Specs.Secret, Specs.Plan(Specs.WithUpstream(Header)).Upstreams[0].Headers[0].Value.Reveal());
        Assert.Equal("SPEC0015", Specs.OnlyProblem(Specs.WithUpstream(Header + ", apiKey: \"${A_KEY}\"")).Code);
    }

    [Theory]
    [InlineData("${A_KEY}", "SECRET")]
    [InlineData("a-${A_KEY}-${A_KEY}", "a-SECRET-SECRET")]
    [InlineData("$${x}$$a$-${A_KEY}", "${x}$$a$-SECRET")]
    public void References_are_replaced_and_doubled_dollars_escape(string text, string value) =>
        Assert.Equal(value.Replace("SECRET", Specs.Secret, StringComparison.Ordinal),
            Specs.Plan(Specs.WithUpstream($"baseUrl: \"http://a.example\", apiKey: \"{text}\"")).Upstreams[0].ApiKey?.Reveal());

    [Theory]
    [InlineData("${UNSET}", "environment variable UNSET is not set or empty")]
    [InlineData("${EMPTY}", "environment variable EMPTY is not set or empty")]
    [InlineData("${A_KEY", "'${' must be followed by the name of a variable and '}'")]
    [InlineData("${}", "'${' must be followed by the name of a variable and '}'")]
    [InlineData("${A_KEY:-default}", "'${' must be followed by the name of a variable and '}'")]
    public void A_reference_that_gives_nothing_is_an_error(string text, string message)
    {
        var problem = Specs.OnlyProblem(Specs.WithUpstream($"baseUrl: \"http://a.example\", apiKey: \"{text}\""));

        Assert.Equal(("SPEC0013", message), (problem.Code, problem.Message));
    }

    [Fact]
    public void What_a_variable_holds_is_not_expanded_again() => Assert.Equal("${OTHER}",
        SpecCompiler.Compile("x", Specs.WithUpstream("baseUrl: \"http://a.example\", apiKey: \"${A_KEY}\""),
            static name => name == "A_KEY" ? "${OTHER}" : "wrong").Plan?.Upstreams[0].ApiKey?.Reveal());

    [Theory]
    [InlineData("auto", UpstreamHttp.Auto)]
    [InlineData("1.1", UpstreamHttp.Http11)]
    [InlineData("\"1.1\"", UpstreamHttp.Http11)]
    [InlineData("2", UpstreamHttp.Http2)]
    public void The_http_version_is_a_word_with_or_without_quotes(string text, UpstreamHttp http) =>
        Assert.Equal(http, Specs.Plan(Specs.WithUpstream($"baseUrl: \"http://a.example\", http: {text}")).Upstreams[0].Http);

    [Fact]
    public void The_rehearsal_plays_every_fault_in_the_order_given()
    {
        var rehearsal = Specs.Plan("""
            apiVersion: causeway/v1
            upstreams:
              r:
                type: rehearsal
                faults:
                  - { kind: rate-limit, every: 1 }
                  - { kind: server-error, every: 2 }
                  - { kind: hang, every: 3 }
                  - { kind: reset, every: 4 }
                  - { kind: cut, every: 5 }
                  - { kind: stall, every: 6 }
                  - { kind: html, every: 7 }
            routes: { a: { match: { model: m }, targets: [ { upstream: r } ] } }
            """).Upstreams[0].Rehearsal;

        Assert.Equal(Enum.GetValues<FaultKind>(), rehearsal?.Faults.Select(fault => fault.Kind) ?? []);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], rehearsal?.Faults.Select(fault => fault.Every) ?? []);
    }
}
