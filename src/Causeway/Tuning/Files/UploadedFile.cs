namespace Causeway.Tuning.Files;

/// <summary>A file that callers have sent, or a job has made for them.</summary>
/// <param name="Name">As the caller calls it; never a path here.</param>
internal sealed record UploadedFile(string Id, string Name, string Purpose, long Bytes, DateTimeOffset CreatedAt)
{
    public const string ForTuning = "fine-tune";
    public const string Results = "fine-tune-results";
}
