using System.Globalization;
using System.Text;
using Causeway.Wire.Errors;

namespace Causeway.Wire.Tests.Errors;

public sealed class UpstreamErrorTableTests
{
    private const string Exception = "SomethingException";

    /// <summary>One answer or more for every row: name, status, AWS's exception, body, and what the caller gets.</summary>
    public static TheoryData<string, int, string?, string, int, string?> Answers => new()
    {
        { "wrong-route", 400, null, """{"error":{"code":"validation_error","message":"The model 'a' isn't supported on this route","param":null,"type":"invalid_request_error"}}""", 400, "model_route_unsupported" },
        { "wrong-route", 400, null, """{"error":{"code":"validation_error","message":"The model 'a' does not support the '/v1/chat/completions' API","type":"t"}}""", 400, "model_route_unsupported" },
        { "wrong-route", 401, null, """{"error":{"code":"access_denied","message":"Berm is not enabled for this account","type":"permission_denied_error"}}""", 400, "model_route_unsupported" },
        { "credentials", 401, null, "{}", 502, "upstream_auth_failed" },
        { "credentials", 403, "AccessDeniedException", """{"message":"User: arn:aws:iam::1:user/x is not authorized"}""", 502, "upstream_auth_failed" },
        { "credentials", 400, "IncompleteSignature", """{"message":"m"}""", 502, "upstream_auth_failed" },
        { "not-ready", 429, "ModelNotReadyException", """{"message":"m"}""", 503, "upstream_overloaded" },
        { "quota", 429, null, "", 429, "upstream_rate_limited" },
        { "quota", 429, "ThrottlingException", """{"message":"m"}""", 429, "upstream_rate_limited" },
        { "quota", 400, "ServiceQuotaExceededException", """{"message":"m"}""", 429, "upstream_rate_limited" },
        { "capacity", 503, "ServiceUnavailableException", """{"message":"m"}""", 503, "upstream_overloaded" },
        { "capacity", 529, null, "", 503, "upstream_overloaded" },
        { "timeout", 408, "ModelTimeoutException", """{"message":"m"}""", 504, "upstream_timeout" },
        { "timeout", 504, null, "", 504, "upstream_timeout" },
        { "model-failed", 424, "ModelErrorException", """{"message":"m"}""", 502, "upstream_failed" },
        { "context-length", 400, null, """{"error":{"message":"This model's maximum context length is 8 tokens","type":"t","param":"messages","code":"context_length_exceeded"}}""", 400, "context_length_exceeded" },
        { "context-length", 400, "ValidationException", """{"message":"Input is too long for requested model."}""", 400, "context_length_exceeded" },
        { "aws-refusal", 400, "ValidationException", """{"message":"Malformed input request"}""", 400, "upstream_rejected" },
        { "aws-refusal", 404, "ResourceNotFoundException", """{"message":"no such model"}""", 404, "upstream_rejected" },
        { "refusal", 400, null, """{"error":{"code":"unsupported_parameter","message":"m","param":"max_tokens","type":"invalid_request_error"}}""", 400, "unsupported_parameter" },
        { "refusal", 422, null, """{"detail":[{"msg":"m"}]}""", 422, null },
        { "wordless-refusal", 418, null, "<html>", 418, "upstream_rejected" },
        { "failure", 500, "InternalServerException", """{"message":"m"}""", 502, "upstream_failed" },
        { "failure", 502, null, "", 502, "upstream_failed" },
        { "redirect", 302, null, "", 502, "upstream_redirected" },
        { "no-completion", 204, null, "", 502, "upstream_invalid_response" },
    };

    [Theory, MemberData(nameof(Answers))]
    public void Each_row_says_what_the_caller_gets(string name, int status, string? exception, string body, int expectedStatus, string? code)
    {
        var refusal = Refusal(status, exception, body);
        var rule = UpstreamErrorTable.Find(refusal);

        var error = rule.Error(refusal, refusal.Said?.Message, showAll: false);

        Assert.Equal((name, expectedStatus, code), (rule.Name, error.Status, error.Code));
        if (rule.Words == UpstreamWords.Operator) Assert.Equal(rule.Sentence, error.Message);
        else Assert.Equal(refusal.Said?.Message ?? rule.Sentence, error.Message);
    }

    [Fact]
    public void Every_row_has_an_answer_that_takes_it_and_nothing_falls_through()
    {
        var taken = Answers.Select(row => row.Data.Item1).ToHashSet();
        Assert.Equal(UpstreamErrorTable.Rules.Select(rule => rule.Name).Order(), taken.Order());
        for (var status = 100; status < 700; status++)
            foreach (var exception in new[] { null, Exception })
                Assert.NotNull(UpstreamErrorTable.Find(Refusal(status, exception, "")));
    }

    [Fact]
    public void The_operators_matters_are_shown_only_where_the_operator_wants_it()
    {
        var refusal = Refusal(500, null, """{"message":"disk full"}""");
        var rule = UpstreamErrorTable.Find(refusal);

        Assert.Equal("The upstream failed.", rule.Error(refusal, "disk full", showAll: false).Message);
        Assert.Equal("The upstream failed. It said: disk full", rule.Error(refusal, "disk full", showAll: true).Message);
    }

    [Fact]
    public void The_page_is_the_table()
    {
        var page = Path.Combine(Golden.Root, "docs", "reference", "upstream-errors.md");
        Golden.Verify(page, Encoding.UTF8.GetBytes(Page()));
        var documented = File.ReadLines(page).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        Assert.Equal(UpstreamErrorTable.Rules.Select(rule => rule.Name), documented);
    }

    private static UpstreamRefusal Refusal(int status, string? exception, string body) =>
        new(status, exception, UpstreamErrorBody.TryRead(Encoding.UTF8.GetBytes(body), out var said) ? said : null);

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append("# What becomes of an upstream's error\n\nThe first row that matches is taken. Both envelopes are read: `{\"error\":{…}}` and AWS's `{\"message\":…}` with `x-amzn-errortype`.\n");
        page.Append("*Words* says who reads what the upstream said, cleaned of keys, addresses and ARNs: the caller, or the operator in the ledger (`causeway log --json`, `upstream_said`).\n");
        page.Append("`showErrors: true` on an upstream shows callers the operator's words too. The codes are explained in [Errors](errors.md).\n");
        page.Append("This page is generated from `UpstreamErrorTable`; a test compares the two.\n\n");
        page.Append("| row | the upstream answers | status | code | words | next target is tried |\n|---|---|---|---|---|---|\n");
        foreach (var rule in UpstreamErrorTable.Rules)
        {
            var status = rule.Code is null || rule.KeepsStatus ? "the upstream's" : rule.Code.Status.ToString(CultureInfo.InvariantCulture);
            var next = rule.MayTryNext ? "yes" : "only after 404 and the like";
            page.Append(CultureInfo.InvariantCulture, $"| `{rule.Name}` | {rule.When} | {status} | {(rule.Code is null ? "the upstream's" : $"`{rule.Code.Code}`")} | {(rule.Words == UpstreamWords.Caller ? "caller" : "operator")} | {next} |\n");
        }
        return page.ToString();
    }
}
