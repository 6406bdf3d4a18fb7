using System.Text.Json.Serialization;
using Causeway.Tuning.Files;
using Causeway.Tuning.Jobs;

namespace Causeway.Tuning;

/// <summary>What files and jobs are kept as.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadedFile))]
[JsonSerializable(typeof(TuningJob))]
internal sealed partial class TuningJson : JsonSerializerContext;
