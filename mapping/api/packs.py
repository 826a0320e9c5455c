"""The tambon pack of one subdistrict: outlines, villages, and what its pins and thumbnails weigh."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import packs
from mapping.api.base import View
from mapping.filters import check_names, parse_code


class NamedSerializer(serializers.Serializer):
    code = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField()


class OutlineSerializer(NamedSerializer):
    geometry = serializers.DictField(allow_null=True)


class PackVillageSerializer(NamedSerializer):
    lng = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)


class SizesSerializer(serializers.Serializer):
    map = serializers.IntegerField()
    pins = serializers.IntegerField()
    photos = serializers.IntegerField()


class PackPhotoSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    pin = serializers.UUIDField()
    bytes = serializers.IntegerField()


class PackSerializer(serializers.Serializer):
    code = serializers.CharField()
    version = serializers.CharField(help_text="generation and newest number of the feed")
    bytes = serializers.IntegerField(help_text="all of it, at most 25 MB")
    sizes = SizesSerializer()
    pins = serializers.IntegerField(help_text="how many; they come by `changes?area=`")
    photos = PackPhotoSerializer(many=True)
    left_out = serializers.IntegerField(help_text="photos that do not fit")
    areas = NamedSerializer(many=True)
    outlines = OutlineSerializer(many=True)
    villages = PackVillageSerializer(many=True)


class PackView(View):
    @extend_schema(operation_id="pack", responses=PackSerializer)
    def get(self, request: Request, code: str) -> Response:
        """What a phone needs of a subdistrict to work without signal, and how many bytes that is."""
        check_names(request.query_params, ())
        return Response(packs.pack(self.reader, parse_code(code, "code", lengths=(6,))))
