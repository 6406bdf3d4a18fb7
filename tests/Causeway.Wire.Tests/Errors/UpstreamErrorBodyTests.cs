using System.Text;
using Causeway.Wire.Errors;
using CsCheck;

namespace Causeway.Wire.Tests.Errors;

public sealed class UpstreamErrorBodyTests
{
    [Theory]
    [InlineData("""{"error":{"message":"m","type":"t","param":"p","code":"c"}}""", "m", "t", "p", "c")]
    [InlineData("""{"error":{"message":"m","type":null,"param":null,"code":429}}""", "m", null, null, "429")]
    [InlineData("""{"error":"m"}""", "m", null, null, null)]
    [InlineData("""{"error":"m","code":"c"}""", "m", null, null, "c")]
    [InlineData("""{"object":"error","message":"m","type":"BadRequestError","param":null,"code":400}""", "m", "BadRequestError", null, "400")]
    [InlineData("""{"message":"m"}""", "m", null, null, null)]
    [InlineData("""{"__type":"ValidationException","Message":"m"}""", "m", "ValidationException", null, null)]
    [InlineData("""{"detail":"m"}""", "m", null, null, null)]
    [InlineData("""{"detail":[{"type":"missing","loc":["body"],"msg":"m"}]}""", "m", null, null, null)]
    [InlineData("""[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]""", "m", null, null, "400")]
    public void Known_shapes_are_read(string body, string message, string? type, string? param, string? code)
    {
        Assert.True(UpstreamErrorBody.TryRead(Encoding.UTF8.GetBytes(body), out var error));
        Assert.Equal(new UpstreamErrorBody(message, type, param, code), error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":{"message":"\ud800"}}""")]
    [InlineData("""{"error":{"message":["m"]}}""")]
    [InlineData("""{"detail":[]}""")]
    [InlineData("""{"detail":[5]}""")]
    public void Anything_else_is_no_message(string body) => Assert.False(UpstreamErrorBody.TryRead(Encoding.UTF8.GetBytes(body), out _));

    [Fact]
    public void Nothing_makes_it_throw() => Gen.Byte.Array.Sample(body => { UpstreamErrorBody.TryRead(body, out _); });
}
