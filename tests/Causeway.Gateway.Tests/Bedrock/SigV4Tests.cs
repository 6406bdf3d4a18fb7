using System.Text;
using Causeway.Gateway.Upstreams.Bedrock;

namespace Causeway.Gateway.Tests.Bedrock;

/// <summary>
/// Signatures that others have published: AWS's Signature Version 4 test suite (2015), OpenAI's fixture for Bedrock, and what AWS's own
/// Python signer (botocore 1.43) makes of the request behind a short-term key.
/// </summary>
public sealed class SigV4Tests
{
    private const string Token =
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    private static readonly AwsCredentials _example = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static readonly SigningScope _suite = new(new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero), "us-east-1", "service");

    [Theory]
    [InlineData("get-vanilla", "GET", "/", "", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("get-unreserved", "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", "", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f")]
    [InlineData("get-vanilla-empty-query-key", "GET", "/", "Param1=value1", "", "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb")]
    [InlineData("get-vanilla-query-order-key", "GET", "/", "Param1=value2&Param1=Value1", "", "", "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1")]
    [InlineData("get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", "", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("get-vanilla-query-order-value", "GET", "/", "Param1=value2&Param1=value1", "", "", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694")]
    [InlineData("get-header-key-duplicate", "GET", "/", "", "my-header1:value2,value2,value1", "", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea")]
    [InlineData("get-header-value-order", "GET", "/", "", "my-header1:value4,value1,value3,value2", "", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01")]
    [InlineData("get-header-value-trim", "GET", "/", "", "my-header2:\"a   b   c\";my-header1: value1", "", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    [InlineData("post-vanilla", "POST", "/", "", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("post-header-key-sort", "POST", "/", "", "my-header1:value1", "", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c")]
    [InlineData("post-header-value-case", "POST", "/", "", "my-header1:VALUE1", "", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d")]
    [InlineData("post-x-www-form-urlencoded", "POST", "/", "", "content-type:application/x-www-form-urlencoded", "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    [InlineData("post-x-www-form-urlencoded-parameters", "POST", "/", "", "content-type:application/x-www-form-urlencoded; charset=utf8", "Param1=value1", "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe")]
    [InlineData("post-sts-header-before", "POST", "/", "", "x-amz-security-token:" + Token, "", "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead")]
    public void AWSs_test_suite_is_signed_as_published(string name, string method, string path, string query, string headers, string body, string signature)
    {
        var signed = headers.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split(':', 2));
        // "charset" is part of a value, not a header of its own.
        if (headers.Contains("; charset", StringComparison.Ordinal)) signed = [headers.Split(':', 2)];
        var all = signed.ToDictionary(h => h[0], h => h[1], StringComparer.Ordinal);
        (all["host"], all["x-amz-date"]) = ("example.amazonaws.com", "20150830T123600Z");

        var authorization = SigV4.Authorization(_example, _suite, method, path, query.Split('&', StringSplitOptions.RemoveEmptyEntries), all, SigV4.HashOf(Encoding.UTF8.GetBytes(body)));

        Assert.True(authorization.EndsWith("Signature=" + signature, StringComparison.Ordinal), $"{name}: {authorization}");
    }

    [Fact]
    public void The_request_of_OpenAIs_own_fixture_for_mantle_is_signed_as_there()
    {
        const string Hash = "50329e51ad520f21b77bad0b01999930ff556cd1bf18434701251ba6c9f877bc";
        var credentials = _example with { SessionToken = "fixture-session-token" };
        var scope = new SigningScope(new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero), "us-east-1", "bedrock-mantle");
        Dictionary<string, string> headers = new()
        {
            ["content-type"] = "application/json", ["host"] = "bedrock-mantle.us-east-1.api.aws", ["x-amz-content-sha256"] = Hash,
            ["x-amz-date"] = "20250102T030405Z", ["x-amz-security-token"] = "fixture-session-token",
        };

        Assert.Equal(Hash, SigV4.HashOf("{\"model\":\"gpt-4o\",\"input\":\"hello\"}"u8));
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250102/us-east-1/bedrock-mantle/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=dc20c8fbe516daf0ccae7e5b7a78fc2936870413a9f1af6e1b2d44b970ce411f",
            SigV4.Authorization(credentials, scope, "POST", "/openai/v1/responses", [], headers, Hash));
    }

    [Theory]
    [InlineData(null, "e46cd5dd7005d6f41edada9a83e342cb96a9509e83e34bb96e2941f95e69753a")]
    [InlineData("fixture/session+token==", "b150f4c13dc8c7b3466fe74e25a81442ba79c96849a94103847796402d84aad6")]
    public void A_short_term_key_carries_the_signature_that_AWSs_own_signer_makes(string? token, string signature)
    {
        var scope = new SigningScope(new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero), "us-east-1", "bedrock");

        var key = ShortTermKeys.Mint(_example with { SessionToken = token }, scope);

        Assert.StartsWith("bedrock-api-key-", key, StringComparison.Ordinal);
        var address = Encoding.UTF8.GetString(Convert.FromBase64String(key["bedrock-api-key-".Length..]));
        Assert.StartsWith("bedrock.amazonaws.com/?Action=CallWithBearerToken&", address, StringComparison.Ordinal);
        Assert.EndsWith($"&X-Amz-Signature={signature}&Version=1", address, StringComparison.Ordinal);
    }
}
