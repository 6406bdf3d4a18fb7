using System.Text.Json.Serialization;

namespace Causeway.Ledger.Writing;

/// <summary>A row of the spill file: one JSON object, members named as in <see cref="Exchange"/>, enums by number.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Exchange))]
internal sealed partial class LedgerJson : JsonSerializerContext;
