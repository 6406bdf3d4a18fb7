using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.EngineBench.Masks;

/// <summary>An instance as models write JSON: in one line, a space behind commas and colons, characters as they are.</summary>
internal static class InstanceText
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteAll('{', value.EnumerateObject(), '}', text, member =>
                {
                    WriteText(member.Name, text);
                    text.Append(": ");
                    Write(member.Value, text);
                });
                break;
            case JsonValueKind.Array:
                WriteAll('[', value.EnumerateArray(), ']', text, item => Write(item, text));
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, text);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteAll<T>(char open, IEnumerable<T> values, char close, StringBuilder text, Action<T> write)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var value in values)
        {
            if (!isFirst) text.Append(", ");
            isFirst = false;
            write(value);
        }
        text.Append(close);
    }

    private static void WriteText(string value, StringBuilder text) => text.Append('"').Append(Encoder.Encode(value)).Append('"');
}
