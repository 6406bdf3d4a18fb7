using System.Buffers;
using System.Text;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Causeway.Tuning.Files;

/// <summary>Reads the multipart form (RFC 7578) of an upload, the file straight to the disk.</summary>
internal sealed class UploadForm(FileShelfState shelf, HttpRequest request, CancellationToken cancel)
{
    private const int MaxParts = 16;
    private const int MaxPurpose = 64;
    private const int MaxName = 255;
    private const int MaxBoundary = 70;

    private string? _purpose;
    private string? _name;

    /// <exception cref="TuningRefusal">It is no such form, too large, or no file to learn from.</exception>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public async Task<UploadedFile> ReadAsync()
    {
        var form = new MultipartReader(Boundary(), request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
        using var draft = shelf.Begin();
        for (var parts = 0; await Guarded(form.ReadNextSectionAsync(cancel)).ConfigureAwait(false) is { } part; parts++)
        {
            if (parts == MaxParts) throw Bad("The form has too many parts.");
            await ReadPartAsync(part, draft).ConfigureAwait(false);
        }
        if (_name is null) throw new TuningRefusal(ErrorCodes.MissingRequiredParameter.Error("The form has no part 'file'.", "file"));
        if (_purpose is null) throw new TuningRefusal(ErrorCodes.MissingRequiredParameter.Error("The form has no part 'purpose'.", "purpose"));
        if (_purpose != UploadedFile.ForTuning)
            throw new TuningRefusal(ErrorCodes.InvalidValue.Error($"'purpose' must be '{UploadedFile.ForTuning}': files are kept here for nothing else.", "purpose"));
        if (draft.Length == 0) throw Bad("The file is empty.");
        return shelf.Keep(draft, _name, _purpose);
    }

    private async Task ReadPartAsync(MultipartSection part, FileDraft draft)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)) throw Bad("A part of the form has no Content-Disposition.");
        switch (HeaderUtilities.RemoveQuotes(disposition.Name).Value)
        {
            case "purpose":
                _purpose = await ReadTextAsync(part).ConfigureAwait(false);
                break;
            case "file" when _name is null:
                _name = NameOf(disposition);
                await CopyAsync(part, draft).ConfigureAwait(false);
                break;
            case "file":
                throw Bad("The form has two files; send one.");
            case var other:
                throw new TuningRefusal(ErrorCodes.UnsupportedParameter.Error($"Files have no '{Short(other ?? "")}' here.", Short(other ?? "")));
        }
    }

    private async Task CopyAsync(MultipartSection part, FileDraft draft)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            while (await Guarded(part.Body.ReadAsync(buffer, cancel).AsTask()).ConfigureAwait(false) is > 0 and var read)
            {
                if (draft.Length == 0) CheckBeginning(buffer.AsSpan(0, read));
                if (draft.Length + read > FileShelfState.MaxBytes)
                    throw new TuningRefusal(ErrorCodes.FileTooLarge.Error($"A file may have {FileShelfState.MaxBytes >> 20} MiB.", "file"));
                await draft.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<string> ReadTextAsync(MultipartSection part)
    {
        var buffer = new byte[MaxPurpose + 1];
        var read = await Guarded(part.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel).AsTask()).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    // Every line is read when a job starts; this only keeps out what is something else altogether.
    private static void CheckBeginning(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes["\uFEFF"u8.Length..];
        bytes = bytes.TrimStart(" \t\r\n"u8);
        if (!bytes.IsEmpty && bytes[0] != '{') throw Bad("The file is not JSON Lines: each line is one JSON object, and the first does not begin with '{'.");
    }

    private string Boundary()
    {
        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        return boundary is { Length: > 0 and <= MaxBoundary } ? boundary : throw Bad("Send a form: Content-Type: multipart/form-data with a boundary.");
    }

    // The framework's reader says so in three ways when the form is broken or cut off.
    private static async Task<T> Guarded<T>(Task<T> reading)
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Bad("The form is broken or cut off.");
        }
    }

    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
        name = string.Concat(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(letter => !char.IsControl(letter)));
        return name switch { "" => "file.jsonl", { Length: > MaxName } => name[..MaxName], _ => name };
    }

    private static string Short(string text) => text.Length <= 64 ? text : text[..64];

    private static TuningRefusal Bad(string message) => new(ErrorCodes.InvalidFile.Error(message, "file"));
}
