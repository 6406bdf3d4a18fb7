using System.Buffers;
using System.Text;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Identify;

/// <summary>
/// What the server lets through and HTTP does not (RFC 9110 §5.6.2, §8.6, §9.1): control characters in header names, methods in lower case, a sign in Content-Length.
/// A lenient front and a strict back (or the reverse) is how requests are smuggled.
/// </summary>
internal static class HttpStrictness
{
    private static readonly SearchValues<char> _tokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static WireError? Check(HttpRequest request)
    {
        if (!IsUpperCase(request.Method))
            return ErrorCodes.MalformedRequest.Error("HTTP methods are case-sensitive: send it in upper case.");
        foreach (var (name, value) in request.Headers)
        {
            if (name.AsSpan().ContainsAnyExcept(_tokenChars))
                return ErrorCodes.MalformedRequest.Error("A header name contains a character that HTTP does not allow.");
            if (value.Count == 1 && HasControl(value[0]))
                return ErrorCodes.MalformedRequest.Error("A header value contains a control character.");
        }
        return null;
    }

    /// <summary>For <c>KestrelServerOptions.RequestHeaderEncodingSelector</c>: makes the server refuse a Content-Length that is not digits only.</summary>
    public static Encoding? EncodingOf(string header) => header == "Content-Length" ? DigitsEncoding.Instance : null;

    private static bool IsUpperCase(string method) => !method.AsSpan().ContainsAnyExceptInRange('A', 'Z');

    private static bool HasControl(string? value) => value is not null && (value.AsSpan().ContainsAnyInRange('\0', '\u0008') || value.AsSpan().ContainsAnyInRange('\u000a', '\u001f'));

    // The server reads Content-Length with a parser that accepts a sign, unless another encoding is asked for; then it parses what that gives.
    private sealed class DigitsEncoding : Encoding
    {
        public static readonly DigitsEncoding Instance = new();

        public override int GetCharCount(byte[] bytes, int index, int count) => count;
        public override int GetMaxCharCount(int byteCount) => byteCount;

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
        {
            for (var i = 0; i < byteCount; i++)
                chars[charIndex + i] = char.IsAsciiDigit((char)bytes[byteIndex + i]) ? (char)bytes[byteIndex + i] : '?';
            return byteCount;
        }

        // Never used to write.
        public override int GetByteCount(char[] chars, int index, int count) => throw new NotSupportedException();
        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => throw new NotSupportedException();
        public override int GetMaxByteCount(int charCount) => throw new NotSupportedException();
    }
}
