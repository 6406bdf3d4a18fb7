using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>The <c>index</c> of a choice, which may stand behind the delta that needs it.</summary>
internal static class ChoiceIndex
{
    /// <summary>Reads ahead with a copy of a reader at the choice's start; 0 when there is no sound index.</summary>
    public static int Read(Utf8JsonReader choice)
    {
        while (choice.Read() && choice.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = JsonText.NameEquals(in choice, "index"u8);
            choice.Read();
            if (isIndex) return ToolCallFacts.SoundIndex(in choice) ?? 0;
            choice.Skip();
        }
        return 0;
    }
}
