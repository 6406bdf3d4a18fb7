using System.Buffers;
using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>
/// Makes one generation's tokens a text as they come. A character whose bytes are not all there is held back; bytes that can be no character are
/// U+FFFD, as in the reference. One owner: not thread-safe.
/// </summary>
/// <param name="keepSpecials">Whether special tokens are spelled out; they are left out otherwise.</param>
/// <param name="atStart">Whether the text begins here: vocabularies that put a space before every text have it dropped again.</param>
public sealed class TokenDecoder(Tokenizer tokenizer, bool keepSpecials = false, bool atStart = true)
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private int _spacesToDrop = atStart ? tokenizer.DropsLeadingSpaces : 0;

    /// <summary>What has become certain with this token: whole characters, perhaps none.</summary>
    public string Add(int token)
    {
        if (!keepSpecials && tokenizer.IsSpecial(token)) return "";
        var bytes = tokenizer.BytesOf(token).Span;
        while (_spacesToDrop > 0 && !bytes.IsEmpty)
        {
            _spacesToDrop = bytes[0] == ' ' ? _spacesToDrop - 1 : 0;
            if (bytes[0] == ' ') bytes = bytes[1..];
        }
        return Decode(bytes, flush: false);
    }

    /// <summary>What is left when no token follows: U+FFFD for a character that was begun, else nothing.</summary>
    public string Finish() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var chars = ArrayPool<char>.Shared.Rent(bytes.Length + 8);
        var length = _utf8.GetChars(bytes, chars, flush);
        var text = length == 0 ? "" : new string(chars, 0, length);
        ArrayPool<char>.Shared.Return(chars);
        return text;
    }
}
