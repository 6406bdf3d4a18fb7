using System.Text;
using System.Text.Json;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>JSON written in one of the ways that a constraint allows.</summary>
internal static class Written
{
    public static byte[] As(JsonElement value, bool isSpaced)
    {
        var text = new StringBuilder();
        Append(value, text, isSpaced ? ", " : ",", isSpaced ? ": " : ":");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(JsonElement value, StringBuilder text, string comma, string colon)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var (index, member) in value.EnumerateObject().Index())
                {
                    Append(member.Name, text.Append(index == 0 ? "" : comma));
                    Append(member.Value, text.Append(colon), comma, colon);
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var (index, item) in value.EnumerateArray().Index()) Append(item, text.Append(index == 0 ? "" : comma), comma, colon);
                text.Append(']');
                break;
            case JsonValueKind.String: Append(value.GetString() ?? "", text); break;
            default: text.Append(value.GetRawText()); break;
        }
    }

    private static void Append(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var unit in value)
            _ = unit switch
            {
                '"' or '\\' => text.Append('\\').Append(unit),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append($"\\u{(int)unit:x4}"),
                _ => text.Append(unit),
            };
        text.Append('"');
    }
}
