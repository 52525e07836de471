import time

from django.core.files.storage import default_storage
from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static

from beo_datastore.tasks import work


def index(request):
    return JsonResponse({"isSecure": request.is_secure(), "host": request.get_host()})


def upload(request):
    content = request.FILES["file"]
    name = default_storage.save("uploads/" + content.name, content)
    return JsonResponse({"size": default_storage.size(name), "url": default_storage.url(name)})


def export(request):
    """Answers after some seconds, as an export does."""
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("done")


def start(request):
    work.delay(request.GET["name"], float(request.GET["seconds"]))
    return HttpResponse("started")


def stylesheet(request):
    return JsonResponse({"url": static("admin/css/base.css")})
